//! The documents: the vendor's own sample, and larger replies made of it and of a generator with a fixed seed. All values are invented.

use std::fmt::Write;

/// The sample as the vendor's document prints it: two trailing commas.
const SAMPLE: &str = include_str!("../../../crates/smileid-sandbox/src/document-sample.json");

/// A document to read.
pub struct Document {
    /// Its letter in the tables.
    pub letter: char,
    /// What it is.
    pub about: &'static str,
    /// Whether it is strict JSON.
    pub strict: bool,
    /// Its text.
    pub text: String,
}

/// The six documents of the tables.
#[must_use]
pub fn all() -> Vec<Document> {
    let document = |letter, about, strict, text| Document { letter, about, strict, text };
    vec![
        document('a', "the vendor's sample without its two trailing commas", true, sample_strict()),
        document('b', "the same as printed", false, SAMPLE.trim_end().to_owned()),
        document('c', "700 history entries", true, history(700, "")),
        document('d', "the same with a trailing comma in every object", false, history(700, ",")),
        document('e', "the sample with a Photo of 300 KiB", true, with_photo(300, "/")),
        document('f', "the same with \\/ escapes", true, with_photo(300, "\\/")),
    ]
}

/// The sample's trailing commas stand each before a line end and a brace.
fn sample_strict() -> String {
    SAMPLE.trim_end().replace(",\n}", "\n}")
}

/// A generator of numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let parts = (high & 0xFFFF_FFFF, high >> 32 & 0xFFFF, high >> 48, low & 0xFFFF, low >> 16);
        format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", parts.0, parts.1, parts.2, parts.3, parts.4)
    }
}

/// A reply with so many history entries of an ID product; `extra` is what follows the last member of every object.
fn history(entries: u64, extra: &str) -> String {
    const NAMES: [&str; 5] =
        ["Peter Parker", "Olúwaṣeun Adébáyọ̀", "Ren\\u00e9 N\\u2019Dour", "Thandiwe Mkhize", "Abebe Bekele"];
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut text = String::from(concat!(
        "{\n\"timestamp\": \"2018-03-13T21:04:11.193Z\",\n",
        "\"signature\": \"5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe\",\n",
        "\"job_complete\": true,\n\"job_success\": true,\n\"code\": \"2302\",\n\"result\": \"Enroll User\",\n",
        "\"image_links\": {\n\"selfie_image\": \"https://images.example.com/test/000000/023/SID_Preview_FULL.jpg\"\n},\n",
        "\"history\": [\n",
    ));
    for (index, name) in (0..entries).zip(NAMES.iter().cycle()) {
        let even = index % 2 == 0;
        let confidence = numbers.next() % 100;
        let confidence = if even { format!("\"{confidence}.000000\"") } else { format!("{confidence}.5") };
        let job_type = if even { "\"1\"".to_owned() } else { (index % 7).to_string() };
        let machine = if even { "\"true\"" } else { "true" };
        let (year, phone, at) = (index % 100, index % 10_000, 1_520_975_051_193 + index);
        let (number, user, job) = (numbers.next() % 100_000_000, numbers.uuid(), numbers.uuid());
        let comma = if index + 1 == entries { extra } else { "," };
        let _written = write!(
            text,
            "{{\n\"DOB\": \"19{year:02}-01-01\",\n\"IDType\": \"BVN\",\n\"Country\": \"Nigeria\",\n\"FullName\": \"{name}\",\n\
             \"ExpirationDate\": \"Not Available\",\n\"IDNumber\": \"A{number:08}\",\n\"ResultCode\": \"1012\",\n\
             \"ResultText\": \"ID Validated\",\n\"ResultType\": \"ID Verification\",\n\"SmileJobID\": \"{index:010}\",\n\
             \"JSONVersion\": \"1.0.0\",\n\"IsFinalResult\": \"true\",\n\"IsMachineResult\": {machine},\n\
             \"ConfidenceValue\": {confidence},\n\"Actions\": {{\n\"Verify_ID_Number\": \"Verified\",\n\
             \"Return_Personal_Info\": \"Returned\",\n\"Human_Review_Compare\": \"Not Applicable\",\n\
             \"Human_Review_Liveness_Check\": \"Not Applicable\",\n\"Liveness_Check\": \"Passed\",\n\
             \"Register_Selfie\": \"Approved\",\n\"Selfie_To_ID_Authority_Compare\": \"Completed\",\n\
             \"Update_Registered_Selfie_On_File\": \"Not Applicable\"{extra}\n}},\n\
             \"Address\": \"12 Adeola Odeku Street, Victoria Island, Lagos\",\n\"PhoneNumber\": \"0800000{phone:04}\",\n\
             \"Gender\": \"F\",\n\"Source\": \"Not Available\",\n\"SecondaryIDNumber\": \"Not Available\",\n\"FullData\": {{\n\
             \"marital_status\": \"Not Available\",\n\"origin_state\": \"Lagos\",\n\
             \"residence_address\": \"12 Adeola Odeku Street\",\n\"enrollment_bank\": \"999\",\n\
             \"watch_listed\": \"false\"{extra}\n}},\n\"timestamp\": {at},\n\"PartnerParams\": {{\n\"job_id\": \"{job}\",\n\
             \"user_id\": \"{user}\",\n\"job_type\": {job_type},\n\
             \"optional_info\": \"Partner can put whatever they want as long as it is a string\",\n\
             \"more_optional_info\": \"There can be as much or as little or no optional info\",\n\
             \"ExpirationDate\": \"Not Available\"{extra}\n}}{extra}\n}}{comma}\n"
        );
    }
    text.push_str("]\n}");
    text
}

/// The sample with a base64 Photo in its ID entry; `slash` is how its slashes are written.
fn with_photo(kib: usize, slash: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut numbers = Numbers(42);
    let mut photo = String::with_capacity(kib << 10);
    while photo.len() < kib << 10 {
        match ALPHABET.get(usize::try_from(numbers.next() % 64).unwrap_or_default()) {
            Some(b'/') | None => photo.push_str(slash),
            Some(byte) => photo.push(char::from(*byte)),
        }
    }
    let birth = "\"DOB\": \"1990-01-01\",";
    sample_strict().replacen(birth, &format!("{birth}\n\"Photo\": \"{photo}\","), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_are_what_their_names_say() {
        for document in all() {
            let strict = serde_json::from_str::<serde_json::Value>(&document.text).is_ok();
            assert_eq!(strict, document.strict, "{}", document.letter);
            let options =
                if strict { smileid_core::json::Options::STRICT } else { smileid_core::json::Options::DOCUMENTED };
            let checked = smileid_core::json::Checked::new(document.text.as_bytes(), options).unwrap();
            let repairs = [('b', 2), ('d', 2801)].into_iter().find(|(letter, _)| *letter == document.letter);
            assert_eq!(checked.repairs().count(), repairs.map_or(0, |(_, count)| count), "{}", document.letter);
        }
    }
}
