//! Which hosts images come from: the vendor's storage, matched label by label, and those that a user names. No address is judged here.

use core::fmt;

use smileid_core::InvalidInput;

/// The hosts that images may come from.
///
/// By default those of the vendor's storage as the document's own sample has it (`smile-fr-results.s3.us-west-2.amazonaws.com`): a
/// bucket whose name begins with `smile-`, in any region of S3. Anyone with an account can own a bucket of such a name; for a list
/// without that, begin from [`ImageHosts::none`] and name the hosts your links have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageHosts {
    vendor: bool,
    added: Vec<String>,
}

impl ImageHosts {
    /// Returns the vendor's storage.
    #[must_use]
    pub const fn vendor() -> Self {
        Self { vendor: true, added: Vec::new() }
    }

    /// Creates an empty list, to start your own.
    #[must_use]
    pub const fn none() -> Self {
        Self { vendor: false, added: Vec::new() }
    }

    /// Adds a host: exactly this name, none above or below it, port 443.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is no host name, or an address: addresses have no certificate that says whose they are.
    ///
    /// ```
    /// use smileid_images::ImageHosts;
    /// let hosts = ImageHosts::none().with("smile-fr-results.s3.us-west-2.amazonaws.com")?;
    /// assert!(hosts.has("smile-fr-results.s3.us-west-2.amazonaws.com"));
    /// assert!(!hosts.has("smile-other.s3.us-west-2.amazonaws.com"));
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    pub fn with(mut self, host: &str) -> Result<Self, InvalidInput> {
        let host = host.to_ascii_lowercase();
        if !is_name(&host) {
            return Err(InvalidInput::new(
                "host",
                "is no host name: write it as cdn.example, without scheme, port or path",
            ));
        }
        self.added.push(host);
        Ok(self)
    }

    /// Returns whether images may come from `host`, which is in lower case.
    #[must_use]
    pub fn has(&self, host: &str) -> bool {
        self.vendor && is_vendors(host) || self.added.iter().any(|added| added == host)
    }
}

impl Default for ImageHosts {
    fn default() -> Self {
        Self::vendor()
    }
}

impl fmt::Display for ImageHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vendor = self.vendor.then_some("smile-*.s3.REGION.amazonaws.com");
        let mut hosts = vendor.into_iter().chain(self.added.iter().map(String::as_str));
        f.write_str(hosts.next().unwrap_or("none"))?;
        hosts.try_for_each(|host| write!(f, ", {host}"))
    }
}

/// Whether it is a host name that every reader of URLs takes for the same: labels of lower-case letters, digits and hyphens, the last
/// of which begins with a letter. No closing dot, no underscore, no address.
pub(crate) fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(is_label)
        && host.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// `smile-….s3.REGION.amazonaws.com`, and its older spellings `smile-….s3-REGION.amazonaws.com` and `smile-….s3.amazonaws.com`: below
/// `s3` every label but the bucket's is Amazon's own.
fn is_vendors(host: &str) -> bool {
    let mut labels = host.split('.');
    let bucket = labels.next().and_then(|bucket| bucket.strip_prefix("smile-"));
    if !is_name(host) || bucket.is_none_or(str::is_empty) {
        return false;
    }
    let mut rest = [""; 5];
    let mut count = 0;
    for (place, label) in rest.iter_mut().zip(labels.by_ref()) {
        *place = label;
        count += 1;
    }
    match (count, rest) {
        (3, ["s3", "amazonaws", "com", ..]) => true,
        (3, [service, "amazonaws", "com", ..]) => service.strip_prefix("s3-").is_some_and(is_region),
        (4, ["s3", region, "amazonaws", "com", ..]) => is_region(region),
        _ => false,
    }
}

/// `us-west-2`, `ap-southeast-1`, `us-gov-west-1`: two letters, one or two words, a number. Not `website-us-west-2`.
fn is_region(label: &str) -> bool {
    let mut parts = label.split('-');
    let letters = |part: &str| (2..=12).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
    let land = parts.next().is_some_and(|part| part.len() == 2 && letters(part));
    let number = parts.next_back().is_some_and(|part| part.len() == 1 && part.bytes().all(|b| b.is_ascii_digit()));
    let words: Vec<&str> = parts.collect();
    land && number && matches!(words.len(), 1 | 2) && words.into_iter().all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_buckets_are_matched_label_by_label() {
        for host in "
            smile-fr-results.s3.us-west-2.amazonaws.com smile-fr-results.s3.eu-west-1.amazonaws.com
            smile-fr-results.s3.ap-southeast-2.amazonaws.com smile-x.s3.us-gov-west-1.amazonaws.com
            smile-x.s3-us-west-2.amazonaws.com smile-x.s3.amazonaws.com
        "
        .split_whitespace()
        {
            assert!(ImageHosts::vendor().has(host), "{host}");
            assert!(!ImageHosts::none().has(host), "{host}");
        }
        for host in "
            amazonaws.com s3.us-west-2.amazonaws.com smile.s3.us-west-2.amazonaws.com
            smile-.s3.us-west-2.amazonaws.com smile-x.y.s3.us-west-2.amazonaws.com
            xsmile-x.s3.us-west-2.amazonaws.com x.smile-x.s3.us-west-2.amazonaws.com
            evil.s3.us-west-2.amazonaws.com smile-x.s3.us-west-2.amazonaws.com.
            smile-x.s3.us-west-2.amazonaws.com.cn smile-x.s3.us-west-2.amazonaws.com.evil.example
            smile-x.s3.us-west-2.amazonaws.evil.com smile-x.s3.us-west-2.evilamazonaws.com
            smile-x.s3.us-west-2.amazonaws-com.evil.example smile-x.s3.us_west_2.amazonaws.com
            smile-x.s3.website-us-west-2.amazonaws.com smile-x.s3-website-us-west-2.amazonaws.com
            smile-x.s3-accelerate.amazonaws.com smile-x.s3.dualstack.us-west-2.amazonaws.com
            smile-x.s3.us-west-.amazonaws.com smile-x.s3.us-west-22.amazonaws.com
            smile-x.s3.-west-2.amazonaws.com smile-x.s3.us-2.amazonaws.com smile-x.s3..amazonaws.com
            smile-x.ec2.us-west-2.amazonaws.com smile-x.s3.us-west-2.compute.amazonaws.com
            smile-x.elb.amazonaws.com Smile-x.s3.us-west-2.amazonaws.com
        "
        .split_whitespace()
        .chain(["", "smile-\u{445}.s3.us-west-2.amazonaws.com"])
        {
            assert!(!ImageHosts::vendor().has(host), "{host}");
        }
    }

    #[test]
    fn a_named_host_matches_only_that_name() {
        let hosts = ImageHosts::vendor().with("CDN.Example").unwrap();
        assert!(hosts.has("cdn.example") && hosts.has("smile-x.s3.amazonaws.com"));
        for host in ["a.cdn.example", "example", "xcdn.example", "cdn.example."] {
            assert!(!hosts.has(host), "{host}");
        }
        assert_eq!(hosts.to_string(), "smile-*.s3.REGION.amazonaws.com, cdn.example");
        for bad in "
            localhost cdn .example cdn. cdn..example *.example https://cdn.example cdn.example:443 cdn.example/x
            a@cdn.example 127.0.0.1 1.2.3.4 [::1] 0x7f.1 cdn.1 c_dn.example -cdn.example
        "
        .split_whitespace()
        .chain(["", "c dn.example", "c\u{e9}dn.example"])
        {
            assert!(ImageHosts::none().with(bad).is_err(), "{bad}");
        }
    }
}
