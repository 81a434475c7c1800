//! A page names an address, a run gets another: which stands for which. Servers here take free ports, as every test does.

/// The pairs known so far.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    pairs: Vec<Pair>,
}

#[derive(Debug)]
struct Pair {
    shown: String,
    actual: String,
}

/// What every address on a page begins with, and what stands before it where a server tells it: of http and https.
const LOOPBACK: &str = "127.0.0.1:";
const SCHEME: &str = "://";

impl Addresses {
    /// Takes the first address that a server printed as the one that the page shows in its place.
    pub(super) fn learn(&mut self, shown: &[&str], lines: &[String]) {
        let shown = shown.iter().find_map(|line| address(line));
        let actual = lines.iter().find_map(|line| address(line));
        if let (Some(shown), Some(actual)) = (shown, actual) {
            self.pairs.retain(|pair| pair.shown != shown);
            self.pairs.push(Pair { shown: shown.to_owned(), actual: actual.to_owned() });
        }
    }

    /// A line of the page with the addresses of this run.
    pub(super) fn actual(&self, line: &str) -> String {
        self.pairs.iter().fold(line.to_owned(), |line, pair| line.replace(&pair.shown, &pair.actual))
    }

    /// A line of this run with the page's addresses.
    pub(super) fn shown(&self, line: &str) -> String {
        self.pairs.iter().fold(line.to_owned(), |line, pair| line.replace(&pair.actual, &pair.shown))
    }
}

/// The first loopback address with a port in a URL of a line.
fn address(line: &str) -> Option<&str> {
    let start = line.find(&[SCHEME, LOOPBACK].concat())?;
    let rest = line.get(start + SCHEME.len()..)?;
    let port = rest.get(LOOPBACK.len()..)?;
    let digits = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
    if digits == 0 { None } else { rest.get(..LOOPBACK.len() + digits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_stands_for_the_other_both_ways() {
        let mut addresses = Addresses::default();
        let run = ["  Running --listen 127.0.0.1:0".to_owned(), "http://127.0.0.1:40101/v1".to_owned()];
        addresses.learn(&["…", "http://127.0.0.1:8080/v1"], &run);
        assert_eq!(addresses.actual("--base-url http://127.0.0.1:8080/v1"), "--base-url http://127.0.0.1:40101/v1");
        assert_eq!(addresses.shown("page http://127.0.0.1:40101/;"), "page http://127.0.0.1:8080/;");
        addresses.learn(&["https://127.0.0.1:8080/v1"], &["https://127.0.0.1:2/v1".to_owned()]);
        assert_eq!(addresses.actual("127.0.0.1:8080"), "127.0.0.1:2");
        assert_eq!(address("no http://127.0.0.1:x"), None);
    }
}
