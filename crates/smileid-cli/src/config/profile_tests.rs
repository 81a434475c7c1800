//! Tests of profiles: what they say, and the messages for files that cannot be used.

use super::*;

const FILE: &str = r#"
[default]
partner_id = "023"
api_key_file = "key"
environment = "sandbox"

[local]
partner_id = "1"
api_key_file = "-"
base_url = "http://127.0.0.1:1/v1"
scheme = "sec-key"
"#;

fn read(text: &str, name: Option<&str>) -> Result<Profile, Failure> {
    profile(text, Path::new("folder/profiles.toml"), name)
}

#[test]
fn profiles_are_found_by_name() {
    let default = read(FILE, None).unwrap();
    assert_eq!(default.text(Name::PartnerId), Some("023"));
    assert_eq!(default.file(Name::ApiKeyFile), Some(PathBuf::from("folder/key")));
    assert_eq!(default.environment(), Some(EnvironmentArg::Sandbox));
    assert!(default.refused(Name::PartnerId, "x").message().contains("line 3: x"));
    let local = read(FILE, Some("local")).unwrap();
    assert_eq!(local.file(Name::ApiKeyFile), Some(PathBuf::from("-")));
    assert_eq!(local.scheme(), Some(SchemeArg::SecKey));
    let partners = [("default", "023"), ("local", "1")].map(|(name, id)| (name.to_owned(), id.to_owned()));
    assert_eq!(local.partners(), partners);
    assert_eq!(local.key_files(), [PathBuf::from("folder/key"), PathBuf::from("-")]);
    for text in ["[other]\n", ""] {
        assert_eq!(read(text, None).unwrap().text(Name::PartnerId), None);
    }
}

#[test]
fn mistakes_are_reported_with_their_place_and_without_a_value() {
    let pem = format!("[default]\napi_key_file = \"LS0tLS1CRUdJ{}\"\n", "canary".repeat(20));
    for (text, name, expected) in [
        ("[default]\napi_key = \"canary\"\n", None, "line 2: a key does not belong here"),
        ("[default]\nKey = \"canary\"\n", None, "line 2: a key does not belong here"),
        ("api_key = \"canary\"\n", None, "line 1: a key does not belong here"),
        (&pem, None, "line 2: a key does not belong here"),
        ("[default]\nca_file = \"\"\"\n-----BEGIN canary\"\"\"\n", None, "line 2: a key does not belong here"),
        ("[default]\npartner_id = 23\n", None, "line 2: partner_id: not text in quotes: write name = \"text\""),
        ("[default]\npartner_id = [\"canary\"]\n", None, "line 2: partner_id: not text in quotes"),
        ("[default]\npartner_id = 023\n", None, "line 2: partner_id: not text in quotes"),
        ("[default]\nCanary9 = \"x\"\n", None, "line 2: unknown field, expected one of partner_id, api_key_file,"),
        ("[default]\npartner-id = \"canary\"\n", None, "line 2: unknown field, expected one of partner_id,"),
        ("[default]\n\"canary, expected canary\" = \"\"\n", None, "line 2: unknown field, expected one of partner_id,"),
        ("[default]\nproxy = 1\n[x]\nscheme = \"canary\"\n", None, "line 2: proxy: not text"),
        ("[default]\nscheme = \"canary\"\n", None, "line 2: scheme: expected hmac or sec-key"),
        ("[default]\nenvironment = \"canary\"\n", None, "line 2: environment: expected sandbox or production"),
        ("[default]\n\npartner_id = canary\n", None, "line 3: partner_id: not text in quotes"),
        ("[default]\npartner_id = \"canary\n", None, "line 2: partner_id: not text in quotes"),
        ("[default]\ncanary\n", None, "line 2: not text in quotes: write name = \"text\""),
        ("[default]\nca_file = \"a\"\nca_file = \"canary\"\n", None, "a second time"),
        ("[default]\n[default]\n", None, "a second time"),
        ("partner_id = \"canary\"\n", None, "line 1: a field outside of a profile: write [default]"),
        ("[default]\n", Some("canary"), "no such profile; it has: default"),
        ("", Some("canary"), "no such profile; it has: none"),
    ] {
        let failure = read(text, name).unwrap_err();
        let message = failure.message();
        assert!(message.contains(expected), "{text}: {message}");
        assert!(
            message.starts_with("the profile file folder/profiles.toml") && !message.contains("canary"),
            "{message}"
        );
        assert!(!message.contains('\n') && failure.exit() == 2, "{message}");
    }
}
