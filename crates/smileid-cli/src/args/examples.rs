//! Examples at the end of each command's help. A test runs each unchanged, in a folder with the files it names, against the sandbox that
//! the sandbox's first example starts.

/// One line to copy, and its purpose.
pub(crate) struct Example {
    pub(crate) about: &'static str,
    pub(crate) line: &'static str,
}

const fn example(about: &'static str, line: &'static str) -> Example {
    Example { about, line }
}

/// Returns the examples of a command, or of a command within one such as `v3 status`, or none.
pub(crate) fn of(command: &str) -> &'static [Example] {
    match command {
        "demo" => &DEMO,
        "status" => &STATUS,
        "wait" => &WAIT,
        "images" => &IMAGES,
        "jobs" => &JOBS,
        "v3" => &V3,
        "v3 status" => &V3_STATUS,
        "v3 wait" => &V3_WAIT,
        "v3 verify-webhook" => &V3_WEBHOOK,
        "sign" => &SIGN,
        "verify" => &VERIFY,
        "parse" => &PARSE,
        "codes" => &CODES,
        "sandbox" => &SANDBOX,
        "doctor" => &DOCTOR,
        "completions" => &COMPLETIONS,
        "man" => &MAN,
        _ => &[],
    }
}

/// The first things to try.
pub(crate) const FIRST: [Example; 3] = [
    example("See a whole call, with nothing set up", "smileid demo"),
    example(
        "Ask a local sandbox (see smileid sandbox --help)",
        "smileid status --base-url http://127.0.0.1:8080/v1 --partner-id 023 --api-key-file key.txt --user-id any --job-id approved-1",
    ),
    example(
        "Find out why it fails",
        "smileid doctor --online --base-url http://127.0.0.1:8080/v1 --partner-id 023 --api-key-file key.txt",
    ),
];

const DEMO: [Example; 2] =
    [example("See a whole call", "smileid demo"), example("Print it as one object", "smileid demo --output json")];

const WHO_AND_WHERE: Example = example(
    "Configure once",
    "export SMILEID_PARTNER_ID=023 SMILEID_API_KEY_FILE=key.txt SMILEID_BASE_URL=http://127.0.0.1:8080/v1",
);

const STATUS: [Example; 3] = [
    WHO_AND_WHERE,
    example("Ask for the status of a job", "smileid status --user-id any --job-id approved-1"),
    example(
        "Save the answer, with the reply and its history",
        "smileid status --user-id any --job-id approved-1 --history --output json > answer.json",
    ),
];

const WAIT: [Example; 3] = [
    WHO_AND_WHERE,
    example("Wait for the verdict, at most a minute", "smileid wait --user-id any --job-id approved-1 --deadline 1m"),
    example(
        "Go on only if approved",
        "smileid wait --user-id any --job-id approved-1 --exit-status && echo \"open the account\"",
    ),
];

const IMAGES: [Example; 3] = [
    WHO_AND_WHERE,
    example(
        "Fetch the images of a sandbox job",
        "smileid images --user-id any --job-id approved-1 --out approved-1 --allow-loopback",
    ),
    example("List the images", "cat approved-1/manifest.json"),
];

const JOBS: [Example; 5] = [
    WHO_AND_WHERE,
    example("Import the jobs of a CSV file", "smileid jobs import jobs.csv --store sqlite:jobs.db"),
    example("Ask until all are settled", "smileid jobs run --store sqlite:jobs.db --until settled --deadline 1m"),
    example("Show the progress", "smileid jobs status --store sqlite:jobs.db"),
    example("Export the verdicts", "smileid jobs export --store sqlite:jobs.db --format csv > verdicts.csv"),
];

const V3_WHO_AND_WHERE: Example = example(
    "Configure once: v3 wants the partner id without its zeros",
    "export SMILEID_PARTNER_ID=23 SMILEID_API_KEY_FILE=key.txt SMILEID_BASE_URL=http://127.0.0.1:8080/v1",
);

const V3_ASK: Example =
    example("Ask for the status of a sandbox job", "smileid v3 status job_01m43cj1g0f3strfaebxgc1ear");

const V3_GO_ON: Example = example(
    "Go on only if clear, of the product you name",
    "smileid v3 wait job_01m43cj1g0f3strfaebxgc1ear --product biometric_kyc --exit-status && echo \"open the account\"",
);

const V3_PIPE: Example = example(
    "Judge a webhook from a pipe",
    "cat body.json | smileid v3 verify-webhook - --partner-id 023 --api-key-file key.txt --max-age 365d --timestamp \"$TIMESTAMP\" --signature \"$SIGNATURE\"",
);

const V3: [Example; 4] = [V3_WHO_AND_WHERE, V3_ASK, V3_GO_ON, V3_PIPE];

const V3_STATUS: [Example; 3] = [
    V3_WHO_AND_WHERE,
    V3_ASK,
    example(
        "Save the answer, with the product you name",
        "smileid v3 status job_01m43cj1g0f3strfaebxgc1ear --product enhanced_kyc --output json > answer.json",
    ),
];

const V3_WAIT: [Example; 3] = [
    V3_WHO_AND_WHERE,
    example("Wait for the decision, at most a minute", "smileid v3 wait job_01m43cj1g0f3strfaebxgc1ear --deadline 1m"),
    V3_GO_ON,
];

const V3_WEBHOOK: [Example; 2] = [
    V3_PIPE,
    example(
        "Judge a webhook of v3, however old it is",
        "smileid v3 verify-webhook body.json --partner-id 023 --api-key-file key.txt --max-age 365d --timestamp \"$TIMESTAMP\" --signature \"$SIGNATURE\"",
    ),
];

const SIGN: [Example; 2] = [
    example("Sign the present time", "smileid sign --partner-id 023 --api-key-file key.txt"),
    example(
        "Sign another time",
        "smileid sign --partner-id 023 --api-key-file key.txt --timestamp 2026-10-04T12:00:00.000Z",
    ),
];

const VERIFY: [Example; 3] = [
    example(
        "Judge a callback at the time it arrived",
        "smileid verify callback.json --partner-id 023 --api-key-file key.txt --at 2026-10-04T12:00:01Z",
    ),
    example(
        "Judge a callback from a pipe, however old it is",
        "cat callback.json | smileid verify - --partner-id 023 --api-key-file key.txt --max-age 365d",
    ),
    example(
        "Judge a callback signed in its HTTP headers",
        "smileid verify body.json --partner-id 023 --api-key-file key.txt --max-age 365d --timestamp \"$TIMESTAMP\" --signature \"$SIGNATURE\"",
    ),
];

const PARSE: [Example; 2] = [
    example("Sloppy JSON in, strict JSON out; each repair on standard error", "smileid parse reply.json > strict.json"),
    example("Accept only RFC 8259", "smileid parse --level strict strict.json"),
];

const CODES: [Example; 2] =
    [example("List every known code", "smileid codes"), example("Show one code", "smileid codes 2302")];

const SANDBOX: [Example; 3] = [
    example("Start a sandbox with a new key", "smileid sandbox --listen 127.0.0.1:8080 --api-key-out key.txt"),
    example(
        "Ask a sandbox, from another terminal",
        "smileid status --base-url http://127.0.0.1:8080/v1 --partner-id 023 --api-key-file key.txt --user-id any --job-id approved-1",
    ),
    example("Start a sandbox that speaks TLS", "smileid sandbox --tls --ca-out ca.pem --api-key-out tls-key.txt"),
];

const DOCTOR: [Example; 3] = [
    WHO_AND_WHERE,
    example("Check the configuration, and send nothing", "smileid doctor"),
    example("Also connect, without credentials, and compare clocks", "smileid doctor --online"),
];

const COMPLETIONS: [Example; 2] = [
    example("Completions for this bash", "source <(smileid completions bash)"),
    example("Completions to keep for fish", "smileid completions fish > smileid.fish"),
];

const MAN: [Example; 2] = [
    example("Read the manual", "smileid man | man -l -"),
    example("The page of one command", "smileid man status > smileid-status.1"),
];

/// The examples as the end of a help text.
pub(super) fn text(examples: &[Example]) -> String {
    let mut out = String::from("Examples:");
    for example in examples {
        out += "\n  # ";
        out += example.about;
        out += "\n  $ ";
        out += example.line;
    }
    out
}
