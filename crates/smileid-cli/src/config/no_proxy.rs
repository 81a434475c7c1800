//! What `NO_PROXY` excepts, as curl and Go read it. It reads no variable and knows no proxy.

use core::net::IpAddr;

/// Whether the list names a host at a port: the host itself, a domain above it, its address, a block of addresses, or `*`.
///
/// Entries are separated by commas or white space. A port behind an entry restricts it to that port. Brackets around an IPv6 address and a
/// dot or `*.` before a domain may be there or not. What is none of these excepts nothing.
pub(super) fn is_excepted(host: &str, port: u16, list: &str) -> bool {
    let host = host.trim_end_matches('.');
    let address = host.parse().ok();
    list.split(|c: char| c == ',' || c.is_whitespace()).any(|entry| match address {
        _ if entry == "*" => true,
        Some(address) => names_address(entry, address, port),
        None => names_domain(entry, host, port),
    })
}

/// Whether an entry is this address or a block around it, for this port.
fn names_address(entry: &str, address: IpAddr, port: u16) -> bool {
    if let Some((block, bits)) = entry.split_once('/') {
        return in_block(bare(block), bits, address);
    }
    if let Ok(named) = bare(entry).parse::<IpAddr>() {
        return named.to_canonical() == address.to_canonical();
    }
    let Some((named, only)) = entry.rsplit_once(':') else { return false };
    // An address of IPv6 with a port has brackets: without them its last group would be the port.
    let named = if named.contains(':') { bracketed(named) } else { Some(named) };
    named.and_then(|named| named.parse::<IpAddr>().ok()).is_some_and(|named| named == address) && is_port(only, port)
}

/// Whether an entry is this domain or one above it, for this port.
fn names_domain(entry: &str, host: &str, port: u16) -> bool {
    let (domain, only) = entry.split_once(':').map_or((entry, None), |(domain, only)| (domain, Some(only)));
    let domain = domain.strip_prefix('*').unwrap_or(domain).trim_start_matches('.').trim_end_matches('.');
    let above = host.len().checked_sub(domain.len()).and_then(|at| host.split_at_checked(at));
    let is_above =
        |(below, same): (&str, &str)| same.eq_ignore_ascii_case(domain) && (below.is_empty() || below.ends_with('.'));
    !domain.is_empty() && above.is_some_and(is_above) && only.is_none_or(|only| is_port(only, port))
}

/// Whether the first so many bits of two addresses are the same.
fn in_block(block: &str, bits: &str, address: IpAddr) -> bool {
    let plain = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
    let Some(bits) = bits.parse::<u32>().ok().filter(|_| plain) else { return false };
    // A shift by the whole width leaves nothing to compare.
    match (block.parse(), address.to_canonical()) {
        (Ok(IpAddr::V4(block)), IpAddr::V4(address)) if bits <= 32 => {
            let differs = block.to_bits() ^ address.to_bits();
            differs.checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (Ok(IpAddr::V6(block)), IpAddr::V6(address)) if bits <= 128 => {
            let differs = block.to_bits() ^ address.to_bits();
            differs.checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

fn bare(address: &str) -> &str {
    bracketed(address).unwrap_or(address)
}

fn bracketed(address: &str) -> Option<&str> {
    address.strip_prefix('[')?.strip_suffix(']')
}

fn is_port(digits: &str, port: u16) -> bool {
    digits.parse() == Ok(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_excepts_hosts_domains_addresses_and_blocks() {
        let rows: Vec<&str> = include_str!("no_proxy.txt").lines().collect();
        assert!(!rows.is_empty());
        for row in rows {
            let [host, list, excepted] = row.split(" | ").collect::<Vec<_>>()[..] else { panic!("{row}") };
            assert_eq!(is_excepted(host, 443, list), excepted == "true", "{row}");
        }
        for (list, excepted) in [("other,,\tapi.example", true), ("", false), (" , ", false)] {
            assert_eq!(is_excepted("api.example", 443, list), excepted, "{list:?}");
        }
    }
}
