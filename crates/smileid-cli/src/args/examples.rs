//! What stands at the end of each command's help: lines to copy. Each runs as it stands in a folder with the files it names, against a
//! `smileid sandbox` begun by the first of the sandbox's own examples; a test does just that.

/// One line to copy, and what it is for.
pub(crate) struct Example {
    pub(crate) about: &'static str,
    pub(crate) line: &'static str,
}

const fn example(about: &'static str, line: &'static str) -> Example {
    Example { about, line }
}

/// The examples of a command; none for one that is not known.
pub(crate) fn of(command: &str) -> &'static [Example] {
    match command {
        "demo" => &DEMO,
        "status" => &STATUS,
        "wait" => &WAIT,
        "images" => &IMAGES,
        "jobs" => &JOBS,
        "sign" => &SIGN,
        "verify" => &VERIFY,
        "parse" => &PARSE,
        "codes" => &CODES,
        "sandbox" => &SANDBOX,
        "doctor" => &DOCTOR,
        "completions" => &COMPLETIONS,
        "man" => &MAN,
        "help" => &HELP,
        _ => &[],
    }
}

/// What a newcomer types first.
pub(crate) const FIRST: [Example; 3] = [
    example("See the main job done, with nothing set up", "smileid demo"),
    example(
        "Ask a sandbox of your own (smileid sandbox --help tells how to begin one)",
        "smileid status --base-url http://127.0.0.1:8080/v1 --partner-id 023 --api-key-file key.txt --user-id any --job-id approved-1",
    ),
    example(
        "Find out why it fails",
        "smileid doctor --online --base-url http://127.0.0.1:8080/v1 --partner-id 023 --api-key-file key.txt",
    ),
];

const DEMO: [Example; 2] = [
    example("See the main job done", "smileid demo"),
    example("The main job as one object", "smileid demo --output json"),
];

const WHO_AND_WHERE: Example = example(
    "Say once who asks, and where",
    "export SMILEID_PARTNER_ID=023 SMILEID_API_KEY_FILE=key.txt SMILEID_BASE_URL=http://127.0.0.1:8080/v1",
);

const STATUS: [Example; 3] = [
    WHO_AND_WHERE,
    example("Ask how a job stands", "smileid status --user-id any --job-id approved-1"),
    example(
        "Keep the answer, with the reply and its history in it",
        "smileid status --user-id any --job-id approved-1 --history --output json > answer.json",
    ),
];

const WAIT: [Example; 3] = [
    WHO_AND_WHERE,
    example("Wait for the verdict, at most a minute", "smileid wait --user-id any --job-id approved-1 --deadline 1m"),
    example(
        "Go on only where it is approved",
        "smileid wait --user-id any --job-id approved-1 --exit-status && echo \"open the account\"",
    ),
];

const IMAGES: [Example; 3] = [
    WHO_AND_WHERE,
    example(
        "Fetch the images of a sandbox's job",
        "smileid images --user-id any --job-id approved-1 --out approved-1 --allow-loopback",
    ),
    example("Look at what was fetched", "cat approved-1/manifest.json"),
];

const JOBS: [Example; 5] = [
    WHO_AND_WHERE,
    example("Keep the jobs of a CSV file", "smileid jobs import jobs.csv --store sqlite:jobs.db"),
    example("Ask until all are settled", "smileid jobs run --store sqlite:jobs.db --until settled --deadline 1m"),
    example("See how far it is", "smileid jobs status --store sqlite:jobs.db"),
    example("Take the verdicts away", "smileid jobs export --store sqlite:jobs.db --format csv > verdicts.csv"),
];

const SIGN: [Example; 2] = [
    example("What a request made now would carry", "smileid sign --partner-id 023 --api-key-file key.txt"),
    example(
        "What a request of another time would carry",
        "smileid sign --partner-id 023 --api-key-file key.txt --timestamp 2026-10-04T12:00:00.000Z",
    ),
];

const VERIFY: [Example; 3] = [
    example(
        "Judge a callback as at the time it came in",
        "smileid verify callback.json --partner-id 023 --api-key-file key.txt --at 2026-10-04T12:00:01Z",
    ),
    example(
        "Judge a callback from a pipe, however old it is",
        "cat callback.json | smileid verify - --partner-id 023 --api-key-file key.txt --max-age 365d",
    ),
    example(
        "Judge a callback whose pair came in its HTTP headers",
        "smileid verify body.json --partner-id 023 --api-key-file key.txt --max-age 365d --timestamp \"$TIMESTAMP\" --signature \"$SIGNATURE\"",
    ),
];

const PARSE: [Example; 2] = [
    example("Sloppy JSON in, strict JSON out; each repair on standard error", "smileid parse reply.json > strict.json"),
    example("Take nothing but RFC 8259", "smileid parse --level strict strict.json"),
];

const CODES: [Example; 2] =
    [example("Every code that is known", "smileid codes"), example("One code", "smileid codes 2302")];

const SANDBOX: [Example; 3] = [
    example("A sandbox with a key of its own", "smileid sandbox --listen 127.0.0.1:8080 --api-key-out key.txt"),
    example(
        "Ask a sandbox, from another terminal",
        "smileid status --base-url http://127.0.0.1:8080/v1 --partner-id 023 --api-key-file key.txt --user-id any --job-id approved-1",
    ),
    example("A sandbox that speaks TLS", "smileid sandbox --tls --ca-out ca.pem --api-key-out tls-key.txt"),
];

const DOCTOR: [Example; 3] = [
    WHO_AND_WHERE,
    example("Check what is configured; nothing is sent", "smileid doctor"),
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

const HELP: [Example; 2] = [
    example("The flags of a command", "smileid help status"),
    example("What an exit status means", "smileid help exit-codes"),
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
