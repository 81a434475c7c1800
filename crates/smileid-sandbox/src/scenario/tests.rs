//! Tests of scenario files: what they can say, in both forms, and the message for every kind of mistake.

use core::time::Duration;

use super::*;
use crate::faults::{Fault, ImageFault};
use crate::model::{Job, Odd, Product, Stage};

const TOML: &str = r#"
seed = 7
clock = "virtual"
callback_url = "http://127.0.0.1:9000/hook"
image_links_live = "1h"
image_fault = "redirect"

[[jobs]]
user_id = "user-7"
job_id = "job-7"
product = "biometric_kyc"
stages = ["pending 2", "id_leg 10s", "approved"]
odd = ["code_number", "result_null"]
callback_url = "http://localhost:9001/"
params = { optional_info = "x" }

[[faults]]
name = "status_503"
probability = 0.25
times = 3
"#;

const JSON: &str = r#"{
  "seed": 7, "clock": "virtual", "callback_url": "http://127.0.0.1:9000/hook", "image_links_live": "1h", "image_fault": "redirect",
  "jobs": [{
    "user_id": "user-7", "job_id": "job-7", "product": "biometric_kyc",
    "stages": ["pending 2", "id_leg 10s", "approved"], "odd": ["code_number", "result_null"],
    "callback_url": "http://localhost:9001/", "params": {"optional_info": "x"}
  }],
  "faults": [{"name": "status_503", "probability": 0.25, "times": 3}]
}"#;

#[test]
fn both_forms_say_the_same() {
    let scenario = read(TOML).unwrap();
    assert_eq!(scenario, read(JSON).unwrap());
    assert_eq!((scenario.seed, scenario.virtual_time), (Some(7), Some(true)));
    assert_eq!(scenario.image_links_live, Some(Duration::from_secs(3600)));
    assert_eq!(scenario.image_fault, Some(ImageFault::Redirect));
    let job = Job::new("user-7", "job-7")
        .product(Product::BiometricKyc)
        .pending(2)
        .then_for(Stage::IdLeg, Duration::from_secs(10))
        .approved()
        .odd(Odd::CodeNumber)
        .odd(Odd::ResultNull)
        .param("optional_info", "x")
        .callback_url("http://localhost:9001/");
    assert_eq!(scenario.jobs, [job]);
    let [fault] = scenario.faults[..] else { panic!("{:?}", scenario.faults) };
    assert_eq!((fault.fault, fault.probability, fault.times), (Fault::Status503.into(), 0.25, Some(3)));
    assert_eq!(read("seed = 7.0").unwrap().seed, Some(7));
    assert_eq!(read("").unwrap(), Scenario::default());
    assert_eq!(read("{}").unwrap(), Scenario::default());
}

#[test]
fn each_mistake_names_its_line_and_the_allowed_words() {
    let cases = [
        ("sed = 7", "line 1: there is no member of this name: allowed are seed, clock"),
        ("seed = -1", "line 1: a whole number"),
        ("seed = 0x10", "line 1: a whole number"),
        ("seed = \"7\"", "line 1: a whole number"),
        ("clock = \"fast\"", "line 1: there is no clock of this name: allowed are real, virtual"),
        ("clock = 1979-05-27", "line 1: text is needed"),
        ("callback_url = \"https://example.com\"", "line 1: callbacks go only to plain http on this machine"),
        ("image_links_live = \"1 day\"", "line 1: a time is written as"),
        ("jobs = 1", "line 1: a list"),
        ("jobs = [1]", "line 1: a job is an object"),
        ("[[jobs]]\nuser_id = \"u\"", "line 1: this job has no job_id"),
        ("[[jobs]]\nuser_id = \"\"", "line 2: an id is text"),
        ("[[jobs]]\nuser_id = \"a\\nb\"", "line 2: an id is text"),
        ("[[jobs]]\n\nid = \"u\"", "line 3: there is no member of this name: allowed are user_id, job_id"),
        (
            "[[jobs]]\nstages = [\n\"pending\",\n\"aproved\"]",
            "line 4: there is no stage of this name: allowed are pending",
        ),
        ("[[jobs]]\nstages = [\"pending soon\"]", "line 2: after a stage stand polls"),
        ("[[jobs]]\nstages = []", "line 2: a job has 1 to 100 stages"),
        ("[[jobs]]\nproduct = \"kyc\"", "line 2: there is no product of this name: allowed are biometric_kyc"),
        ("[[jobs]]\nodd = [\"weird\"]", "line 2: there is no oddity of this name: allowed are completion_as_text"),
        ("[[jobs]]\nparams = { a = 1 }", "line 2: text is needed"),
        ("[[faults]]\nprobability = 1", "line 1: this fault has no name"),
        ("[[faults]]\nname = \"slow\"", "line 2: there is no fault of this name: allowed are"),
        ("[[faults]]\nname = \"refused\"", "line 2: this fault strikes before there is a request"),
        ("[[faults]]\nprobability = 1.5", "line 2: a probability is a number from 0 to 1"),
        ("[[faults]]\nprobability = nan", "line 2: a probability is a number from 0 to 1"),
        ("[[faults]]\ntimes = 1000001", "line 2: a fault strikes a million times at most"),
        ("[[faults]]\ntime = 1", "line 2: there is no member of this name: allowed are name, probability, times"),
        ("{\"seed\": 7,\n\"sed\": 8}", "line 2: there is no member"),
        ("{\"seed\": null}", "line 1: a whole number"),
        ("{\"seed\": 7,\n\"seed\": 8}", "line 2: this is not JSON: duplicate_key"),
        ("seed = ", "line 1: this is not TOML"),
    ];
    for (text, expected) in cases {
        let message = read(text).unwrap_err();
        assert!(message.starts_with(expected), "{text:?}: {message}");
    }
    assert!(read(&" ".repeat(LONGEST + 1)).unwrap_err().contains("1 MiB"));
}
