//! The body of target `json_structured`: documents grown from the bytes as decisions, with deviations at known places, are read as the
//! documents without them, with just those repairs. Bytes as text are the subject of `json`.

use smileid_core::json::{Checked, Options, RepairKind as R, Value};

/// How deep a document grows: what is inside its deepest container still fits the reader's 64 levels.
const DEEPEST: usize = 60;

/// How long a document grows before everything in it is closed.
const LONGEST: usize = 2000;

/// Grows a document from `data` and reads it.
pub fn run(data: &[u8]) {
    let mut growth =
        Growth { decisions: data.iter(), clean: String::new(), sloppy: String::new(), repairs: Vec::new() };
    growth.document();
    let Growth { clean, sloppy, repairs, .. } = growth;
    let wanted = Value::from_slice(clean.as_bytes(), Options::STRICT).expect("the clean document is not strict");
    assert!(wanted.repairs.is_empty());

    let lax = Value::from_slice(sloppy.as_bytes(), Options::LAX).expect("Lax refuses its deviations");
    assert_eq!(lax.value, wanted.value, "a deviation changed the value: {sloppy:?}");
    let found: Vec<(R, usize)> = lax.repairs.list().iter().map(|repair| (repair.kind, repair.offset)).collect();
    assert_eq!(found, repairs[..repairs.len().min(16)], "other repairs: {sloppy:?}");
    assert_eq!(lax.repairs.count(), repairs.len());

    let closers = repairs.iter().filter(|(kind, _)| *kind == R::ExtraCloser).count();
    let documented = closers <= 1
        && repairs.iter().all(|(kind, _)| matches!(kind, R::TrailingComma | R::ExtraCloser | R::ByteOrderMark));
    let checked = Checked::new(sloppy.as_bytes(), Options::DOCUMENTED);
    assert_eq!(checked.is_ok(), documented, "Documented: {sloppy:?}");
    if let Err(error) = checked {
        assert!(repairs.iter().any(|(_, offset)| *offset == error.offset()), "{error}: {sloppy:?}");
    }
    let strict = Checked::new(sloppy.as_bytes(), Options::STRICT);
    assert_eq!(strict.is_ok(), repairs.is_empty(), "Strict: {sloppy:?}");
    if let Err(error) = strict {
        assert_eq!(error.offset(), repairs[0].1, "{error}: {sloppy:?}");
    }
}

/// A document as it grows: without and with its deviations.
struct Growth<'a> {
    decisions: core::slice::Iter<'a, u8>,
    clean: String,
    sloppy: String,
    repairs: Vec<(R, usize)>,
}

impl Growth<'_> {
    /// The next decision; when there are none, the answer that ends things.
    fn decide(&mut self) -> u8 {
        self.decisions.next().copied().unwrap_or(0)
    }

    fn both(&mut self, text: &str) {
        self.clean.push_str(text);
        self.sloppy.push_str(text);
    }

    /// A deviation that is only in the sloppy document.
    fn deviate(&mut self, kind: R, text: &str) {
        self.repairs.push((kind, self.sloppy.len()));
        self.sloppy.push_str(text);
    }

    fn document(&mut self) {
        if self.decide() % 4 == 1 {
            self.deviate(R::ByteOrderMark, "\u{FEFF}");
        }
        self.space();
        let start = self.clean.len();
        self.value(0);
        self.space();
        if self.clean[start..].starts_with('{') {
            for _ in 0..self.decide() % 4 {
                self.deviate(R::ExtraCloser, "}");
                self.space();
            }
        }
    }

    /// White space or a comment, where either may stand.
    fn space(&mut self) {
        match self.decide() {
            1 => self.both(" "),
            2 => self.both("\n\t\r  "),
            3 => self.deviate(R::Comment, "/* , } */"),
            4 => self.deviate(R::Comment, "// \" ]\n"),
            5 => {
                self.deviate(R::Comment, "/***/");
                self.deviate(R::Comment, "//\n");
            }
            _ => {}
        }
    }

    fn value(&mut self, depth: usize) {
        let full = depth >= DEEPEST || self.sloppy.len() > LONGEST;
        match self.decide() % 12 {
            1 | 2 if !full => self.array(depth),
            3 | 4 if !full => self.object(depth),
            5 | 6 => self.string(),
            7 => self.number(),
            8 => self.both("true"),
            9 => self.both("false"),
            10 => self.both("\"a string of some sixty bytes, long enough for the scanner's blocks\""),
            11 if !full => {
                // A tower, to reach the depth limit's neighbourhood quickly.
                let levels = (usize::from(self.decide()) % 16).min(DEEPEST - depth);
                self.both(&"[".repeat(levels));
                self.value(depth + levels);
                self.both(&"]".repeat(levels));
            }
            _ => self.both("null"),
        }
    }

    fn array(&mut self, depth: usize) {
        self.both("[");
        let count = self.decide() % 8;
        let mut index = 0;
        while index < count && self.may_go_on(index) {
            self.space();
            self.value(depth + 1);
            self.space();
            index += 1;
        }
        self.close(index, "]");
    }

    fn object(&mut self, depth: usize) {
        self.both("{");
        // Enough members to leave the array of keys now and then.
        let count = match self.decide() {
            240.. => 70,
            few => few % 8,
        };
        let mut index = 0;
        while index < count && self.may_go_on(index) {
            self.space();
            let key = self.key(index);
            self.space();
            self.both(":");
            self.space();
            self.value(depth + 1);
            self.space();
            if self.decide() == 7 {
                // The same key again, in another spelling or the same, with a value that is passed over.
                self.sloppy.push(',');
                self.deviate(R::DuplicateKey, &key);
                self.sloppy.push_str(":{\"a\":[1,{}]}");
            }
            index += 1;
        }
        self.close(index, "}");
    }

    /// Writes the comma before the next element, if there is room for one.
    fn may_go_on(&mut self, index: u8) -> bool {
        let room = index == 0 || self.sloppy.len() <= LONGEST;
        if index > 0 && room {
            self.both(",");
        }
        room
    }

    fn close(&mut self, count: u8, closer: &str) {
        if count > 0 && self.decide() % 3 == 1 {
            let comma = (R::TrailingComma, self.sloppy.len());
            self.sloppy.push(',');
            // The reader knows that it trails only at the closer.
            self.space();
            self.repairs.push(comma);
        } else if count == 0 {
            self.space();
        }
        self.both(closer);
    }

    /// Writes a key that its object has not, and gives another spelling of it.
    fn key(&mut self, index: u8) -> String {
        match self.decide() % 4 {
            0 => self.both(&format!("\"{index}\"")),
            1 => self.both(&format!("\"Human_Review_{index}_Compare\"")),
            2 => self.both(&format!("\"\\u0030\\n{index}\"")),
            _ => self.both(&format!("\"é{index}\"")),
        }
        let spelt = self.clean.rfind('"').and_then(|end| {
            let start = self.clean[..end].rfind('"')?;
            Some(self.clean[start..=end].to_owned())
        });
        let spelt = spelt.expect("a key was written");
        if self.decide().is_multiple_of(2) {
            return spelt;
        }
        let digits = index.to_string();
        let (before, behind) = spelt.rsplit_once(&digits).expect("the key holds its number");
        format!("{before}{}{behind}", escaped(&digits))
    }

    fn string(&mut self) {
        self.both("\"");
        for _ in 0..self.decide() % 16 {
            match self.decide() % 16 {
                1 => self.both("\\\""),
                2 => self.both("\\\\"),
                3 => self.both("\\/"),
                4 => self.both("\\u00e9"),
                5 => self.both("\\ud83d\\ude00"),
                6 => self.both("😀é"),
                7 => self.both("0123456789abcdef"),
                8 => {
                    self.clean.push_str("\\t");
                    self.deviate(R::RawWhiteSpace, "\t");
                }
                9 => {
                    self.clean.push_str("\\n");
                    self.deviate(R::RawWhiteSpace, "\n");
                }
                10 => {
                    self.clean.push('\u{FFFD}');
                    self.deviate(R::LoneSurrogate, "\\ud83d");
                }
                11 => {
                    // Behind a half that waits for its other one this would be it.
                    if !self.sloppy.ends_with("\\ud83d") {
                        self.clean.push('\u{FFFD}');
                        self.deviate(R::LoneSurrogate, "\\ude00");
                    }
                }
                12 => self.both("//,}]"),
                13 => self.both("\u{FFFD}"),
                14 => self.both("\u{7f}"),
                _ => self.both("a"),
            }
        }
        self.both("\"");
    }

    fn number(&mut self) {
        const NUMBERS: [&str; 8] = ["0", "-0", "1.50", "1E+3", "814e-1", "18446744073709551616", "-9.5e-7", "2302"];
        let number = NUMBERS[usize::from(self.decide()) % NUMBERS.len()];
        self.both(number);
    }
}

/// The digits of a number, each as an escape.
fn escaped(digits: &str) -> String {
    digits.bytes().flat_map(|digit| ["\\u00".to_owned(), format!("{digit:x}")]).collect()
}
