//! Which addresses a host's name may lead to when its image is fetched: public ones. Nothing is looked up here.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is, as far as an image may come from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressKind {
    /// One that the whole internet reaches. The only kind that is connected to.
    Public,
    /// This machine: `127.0.0.0/8`, `::1`.
    Loopback,
    /// Of a private network: RFC 1918, RFC 6598 (a provider's own), `fc00::/7`.
    Private,
    /// Of one link, where the metadata services of clouds are: `169.254.0.0/16`, `fe80::/10`.
    LinkLocal,
    /// The metadata or wire service of a cloud at an address that looks public.
    CloudService,
    /// Many or no receivers: multicast, broadcast, unspecified.
    NoHost,
    /// For documents, tests, protocols, or no use at all.
    Reserved,
    /// A tunnel to an address of the other family that cannot be checked: 6to4, Teredo, a network's own NAT64.
    Tunnel,
}

/// Returns what an address is. An IPv4 address inside an IPv6 one (mapped, compatible, or RFC 6052's well-known prefix
/// of NAT64, through which a network without IPv4 reaches everything) is judged as itself.
///
/// ```
/// use smileid_images::{AddressKind, address_kind};
/// assert_eq!(address_kind("169.254.169.254".parse()?), AddressKind::LinkLocal);
/// assert_eq!(address_kind("::ffff:10.0.0.1".parse()?), AddressKind::Private);
/// assert_eq!(address_kind("52.92.128.1".parse()?), AddressKind::Public);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[must_use]
pub const fn address_kind(address: IpAddr) -> AddressKind {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

/// By the registry of special-purpose addresses (RFC 6890 and its successors).
const fn v4(address: Ipv4Addr) -> AddressKind {
    match address.octets() {
        [127, ..] => AddressKind::Loopback,
        [10, ..] | [100, 64..=127, ..] | [172, 16..=31, ..] | [192, 168, ..] => AddressKind::Private,
        [169, 254, ..] => AddressKind::LinkLocal,
        // Azure's, for every machine in it.
        [168, 63, 129, 16] => AddressKind::CloudService,
        [0 | 224..=239, ..] | [255, 255, 255, 255] => AddressKind::NoHost,
        [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [240..=255, ..] => AddressKind::Reserved,
        _ => AddressKind::Public,
    }
}

const fn v6(address: Ipv6Addr) -> AddressKind {
    let segments = address.segments();
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressKind::Loopback,
        [0, 0, 0, 0, 0, 0, 0, 0] | [0xff00..=0xffff, ..] => AddressKind::NoHost,
        // Compatible and mapped, and NAT64 by its well-known prefix.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            v4(Ipv4Addr::new(a, b, c, d))
        }
        [0x64, 0xff9b, 1, ..] | [0x2002, ..] | [0x2001, 0, ..] => AddressKind::Tunnel,
        [0xfc00..=0xfdff, ..] => AddressKind::Private,
        [0xfe80..=0xfebf, ..] => AddressKind::LinkLocal,
        // Protocols' own, documentation, and all that is not yet handed out as global unicast.
        [0x2001, 1..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => AddressKind::Reserved,
        [0x2000..=0x3fff, ..] => AddressKind::Public,
        _ => AddressKind::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AddressKind as K;

    /// Both ends of every special range, and the addresses just outside it.
    #[test]
    fn special_addresses_are_distinguished_at_their_borders() {
        for (kind, addresses) in [
            (K::Loopback, "127.0.0.0 127.0.0.1 127.255.255.255 ::1 ::ffff:127.0.0.1 64:ff9b::7f00:1"),
            (K::Private, "10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255"),
            (K::Private, "100.64.0.0 100.100.100.200 100.127.255.255 fc00:: fd00:ec2::254 fdff:ffff::1"),
            (K::Private, "::ffff:10.1.2.3 ::10.1.2.3 64:ff9b::a01:203 ::ffff:192.168.0.1"),
            (K::LinkLocal, "169.254.0.0 169.254.169.254 169.254.255.255 fe80::1 febf:ffff::1"),
            (K::LinkLocal, "::ffff:169.254.169.254 64:ff9b::a9fe:a9fe"),
            (K::CloudService, "168.63.129.16 ::ffff:168.63.129.16"),
            (K::NoHost, "0.0.0.0 0.255.255.255 224.0.0.0 239.255.255.255 255.255.255.255 :: ff02::1 ffff::1"),
            (K::NoHost, "::ffff:0.0.0.0 ::2"),
            (K::Reserved, "192.0.0.0 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.0 198.19.255.255 198.51.100.9"),
            (K::Reserved, "203.0.113.255 240.0.0.0 255.255.255.254 100::1 2001:db8::1 2001:db8:ffff::1 2001:2::1"),
            (K::Reserved, "2001:20::1 2001:1ff::1 3fff::1 3fff:fff::1 fec0::1 4000::1 64:ff9b:2::1 5f00::1"),
            (K::Tunnel, "2002::1 2002:0808:0808::1 2002:a9fe:a9fe::1 2001::1 2001:0:ffff::1 64:ff9b:1::808:808"),
            (K::Public, "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0"),
            (K::Public, "169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255"),
            (K::Public, "192.169.0.0 198.17.255.255 198.20.0.0 203.0.112.0 223.255.255.255 168.63.129.17 52.92.128.1"),
            (K::Public, "2600:1fa0:4000::1 2001:200::1 2001:db7::1 2001:db9::1 2003::1 3ffe:ffff::1 3fff:1000::1"),
            (K::Public, "::ffff:8.8.8.8 64:ff9b::808:808 2000::1"),
        ] {
            for address in addresses.split(' ') {
                assert_eq!(address_kind(address.parse().unwrap()), kind, "{address}");
            }
        }
    }
}
