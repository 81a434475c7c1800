//! The job stores beside their peers: `smileid-bench-jobs PEERS-PROGRAM [--quick]`. Each figure comes from a process that does one phase on
//! one store, in interleaved rounds; the tables show medians, and ratios against the bar. `smileid-bench-jobs callbacks [--quick]` measures
//! how long a callback takes.

mod callback;
mod key_value;
mod ours;
mod peers;
mod server;
mod table;
mod whole;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

/// How many workers ask at the same time on a server.
const WORKERS: usize = 4;
/// How many jobs are imported at a time; how many by the command; and how many are claimed at a time by each worker.
const IMPORTED: usize = 5000;
const BY_COMMAND: usize = 50_000;
const CLAIMED: u32 = 256;

/// The ids of a job, as everyone imports them.
fn ids(number: usize) -> (String, String) {
    (format!("user-{:06}", number % 1000), format!("job-{number:08}"))
}

/// The ids of a job as they are random: each is made of a number by SplitMix64's finaliser, and looks like a UUID.
fn random_ids(number: usize) -> (String, String) {
    let mix = |number: u64| {
        let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let uuid = |number: u64| {
        let (high, low) = (mix(number), mix(!number));
        let (time, rest) = (high >> 32, low & 0xFFFF_FFFF_FFFF);
        format!("{time:08x}-{:04x}-4{:03x}-a{:03x}-{rest:012x}", high >> 16 & 0xFFFF, high & 0xFFF, low >> 52)
    };
    (uuid(2 * number as u64), uuid(2 * number as u64 + 1))
}

/// Prints how many rows a second that was.
fn rate(name: &str, rows: usize, start: std::time::Instant) {
    println!("{name} {:.0}", rows as f64 / start.elapsed().as_secs_f64());
}

/// The most memory that this process had resident, in MiB, if the system reports it.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match *words.as_slice() {
        ["redb", phase, place, jobs] => key_value::phase(phase, place, jobs.parse()?, 1),
        ["redb-unflushed", phase, place, jobs] => key_value::phase(phase, place, jobs.parse()?, key_value::UNFLUSHED),
        ["sqlite", phase, place, jobs] => ours::on_sqlite(phase, place, jobs.parse()?, (IMPORTED, ids)),
        ["sqlite-random", phase, place, jobs] => ours::on_sqlite(phase, place, jobs.parse()?, (BY_COMMAND, random_ids)),
        ["postgres", phase, place, jobs] => ours::on_postgres(phase, place, jobs.parse()?),
        ["serve"] => whole::serve(),
        ["whole", way, base_url, place, jobs] => whole::run(way, base_url, place, jobs.parse()?),
        ["callbacks"] => callback::run(false),
        ["callbacks", "--quick"] => callback::run(true),
        ["wake", kind, place] => callback::wake(kind, place),
        [peers] => peers::run(peers, false),
        [peers, "--quick"] => peers::run(peers, true),
        _ => Err("smileid-bench-jobs PEERS-PROGRAM|callbacks [--quick]".into()),
    }
}
