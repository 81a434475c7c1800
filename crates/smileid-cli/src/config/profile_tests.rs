//! Profiles out of texts: what they say, and what is told of those that cannot be used.

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
    assert_eq!(default.text("partner_id"), Some("023"));
    assert_eq!(default.file("api_key_file"), Some(PathBuf::from("folder/key")));
    assert_eq!(default.environment(), Some(EnvironmentArg::Sandbox));
    let local = read(FILE, Some("local")).unwrap();
    assert_eq!(local.file("api_key_file"), Some(PathBuf::from("-")));
    assert_eq!(local.scheme(), Some(SchemeArg::SecKey));
    let partners = [("default", "023"), ("local", "1")].map(|(name, id)| (name.to_owned(), id.to_owned()));
    assert_eq!(local.partners(), partners);
    assert_eq!(read("[other]\n", None), Ok(Profile::default()));
    assert_eq!(read("", None), Ok(Profile::default()));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_without_a_value() {
    let pem = format!("[default]\napi_key_file = \"LS0tLS1CRUdJ{}\"\n", "canary".repeat(20));
    for (text, name, told) in [
        ("[default]\napi_key = \"canary\"\n", None, "line 2: a key does not belong here"),
        ("[default]\nKey = \"canary\"\n", None, "line 2: a key does not belong here"),
        ("api_key = \"canary\"\n", None, "line 1: a key does not belong here"),
        (&pem, None, "line 2: a key does not belong here"),
        ("[default]\nca_file = \"\"\"\n-----BEGIN canary\"\"\"\n", None, "line 2: a key does not belong here"),
        ("[default]\npartner_id = 23\n", None, "line 2: partner_id must be text"),
        ("[default]\npartner_id = [\"canary\"]\n", None, "line 2: partner_id must be text"),
        ("[default]\npartner_id = 023\n", None, "line 2: the value of partner_id is not in quotes: write partner_id ="),
        ("[default]\nCanary9 = \"x\"\n", None, "line 2: there is no field: the fields are partner_id,"),
        ("[default]\npartner-id = \"canary\"\n", None, "there is no field partner-id: the fields are"),
        ("[default]\nenviroment = \"canary\"\n", None, "did you mean environment?"),
        ("[default]\nscheme = \"canary\"\n", None, "line 2: scheme takes one of: hmac, sec-key"),
        ("[default]\nscheme = \"sec_key\"\n", None, "did you mean sec-key?"),
        ("[default]\nenvironment = \"canary\"\n", None, "line 2: environment takes one of: sandbox, production"),
        ("[default]\nenvironment = \"prod\"\n", None, "did you mean production?"),
        ("[default]\n\npartner_id = canary\n", None, "line 3: the value of partner_id is not in quotes"),
        ("[default]\npartner_id = \"canary\n", None, "line 2: the text of partner_id is not well quoted"),
        ("[default]\ncanary\n", None, "line 2: is neither [a profile's name] nor a field"),
        ("[default]\nca_file = \"a\"\nca_file = \"canary\"\n", None, "a second time"),
        ("[default]\n[default]\n", None, "a second time"),
        ("partner_id = \"canary\"\n", None, "line 1: partner_id stands outside of a profile: write [default]"),
        ("[default]\n", Some("canary"), "there is no such profile, only: default"),
        ("[default]\n[live]\n", Some("lve"), "only: default, live; did you mean live?"),
        ("", Some("canary"), "it holds no profile"),
    ] {
        let failure = read(text, name).unwrap_err();
        let message = failure.message();
        assert!(message.contains(told), "{text}: {message}");
        assert!(
            message.starts_with("the profile file folder/profiles.toml") && !message.contains("canary"),
            "{message}"
        );
        assert!(!message.contains('\n') && failure.exit() == 2, "{message}");
    }
}
