//! The rounds: who does what on which store, one after the other, and what must come of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::server::Server;
use crate::table::{Bar, Figures, judge};
use crate::whole::Served;
use crate::{Result, WORKERS};

/// A store's name in the tables, its word for a program, and the program.
type Party<'a> = (&'static str, &'static str, &'a Path);

struct Bench<'a> {
    figures: Figures,
    folder: PathBuf,
    ours: PathBuf,
    peers: &'a Path,
}

impl Bench<'_> {
    /// Runs a program, and keeps the figures that it prints.
    fn phase(&mut self, store: &'static str, program: &Path, words: &[&str]) -> Result<()> {
        let output = Command::new(program).args(words).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("{store}: {} failed", words.join(" ")).into());
        }
        for (name, value) in String::from_utf8(output.stdout)?.lines().filter_map(|line| line.split_once(' ')) {
            self.figures.add(store, name, value.parse()?);
        }
        Ok(())
    }

    /// Makes an empty folder for one store.
    fn place(&self, name: &str) -> Result<PathBuf> {
        let place = self.folder.join(name);
        let _gone = fs::remove_dir_all(&place);
        fs::create_dir_all(&place)?;
        Ok(place)
    }

    fn embedded(&mut self, (store, word, program): Party<'_>, jobs: usize) -> Result<()> {
        let place = self.place("embedded")?;
        let file = place.join("store").display().to_string();
        self.phase(store, program, &[word, "import", &file, &jobs.to_string()])?;
        if word.starts_with("sqlite") {
            self.phase(store, program, &[word, "count", &file, "0"])?;
        }
        self.phase(store, program, &[word, "work", &file, &jobs.to_string()])?;
        let mut bytes = 0;
        for entry in fs::read_dir(&place)?.flatten() {
            bytes += entry.metadata()?.len();
        }
        self.figures.add(store, "bytes", bytes as f64 / jobs as f64);
        Ok(())
    }

    fn served(&mut self, server: &Server, (store, word, program): Party<'_>, jobs: usize) -> Result<()> {
        let url = server.database("bench")?;
        self.phase(store, program, &[word, "import", &url, &jobs.to_string()])?;
        if word == "postgres" {
            self.phase(store, program, &[word, "count", &url, "0"])?;
        }
        let before = server.processor_time()?;
        self.phase(store, program, &[word, "work", &url, &jobs.to_string()])?;
        let spent = server.processor_time()?.saturating_sub(before);
        self.figures.add(store, "server", spent.as_secs_f64() * 1e6 / jobs as f64);
        Ok(())
    }

    /// How much the queue grows in ten rounds over all jobs.
    fn rounds(&mut self, server: &Server, jobs: usize) -> Result<()> {
        let (url, count) = (server.database("bench")?, jobs.to_string());
        self.phase("rounds", &self.ours.clone(), &["postgres", "import", &url, &count])?;
        let mut sizes = Vec::new();
        for _ in 0..10 {
            self.phase("rounds", &self.ours.clone(), &["postgres", "round", &url, &count])?;
            sizes.push(server.number("bench", "pg_total_relation_size('smileid_jobs.queue')")?);
        }
        println!(
            "\nqueue after each of ten rounds over {jobs} jobs, KiB: {:.0?}",
            sizes.iter().map(|size| size / 1024.0).collect::<Vec<_>>()
        );
        self.figures.add("rounds", "grown", sizes[9] / sizes[0]);
        self.figures.add("rounds", "last four", sizes[9] / sizes[6]);
        Ok(())
    }

    /// Whole calls to a sandbox.
    fn whole(&mut self, jobs: usize) -> Result<()> {
        let served = Served::start()?;
        for (store, way) in [("bare reqwest", "bare"), ("client, no store", "off"), ("client, SQLite store", "on")] {
            let place = self.place("whole")?.join("store").display().to_string();
            self.phase(store, &self.ours.clone(), &["whole", way, &served.1, &place, &jobs.to_string()])?;
        }
        Ok(())
    }
}

pub fn run(peers: &str, quick: bool) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("smileid-bench-jobs-{}", std::process::id()));
    let mut bench =
        Bench { figures: Figures::default(), folder, ours: std::env::current_exe()?, peers: Path::new(peers) };
    let done = all(&mut bench, quick);
    let _gone = fs::remove_dir_all(&bench.folder);
    done
}

fn all(bench: &mut Bench<'_>, quick: bool) -> Result<()> {
    let (ours, peers) = (bench.ours.clone(), bench.peers.to_owned());
    let (rounds, jobs, many, calls) = if quick { (1, 10_000, 100_000, 5_000) } else { (3, 20_000, 1_000_000, 10_000) };
    println!(
        "Each job is asked for twice: first \"again\", then a settlement with 1 KiB kept. {jobs} jobs, {rounds} rounds; rows/s."
    );
    for _ in 0..rounds {
        bench.embedded(("SQLite, ours", "sqlite", &ours), jobs)?;
        bench.embedded(("SQLite, River 0.5", "river-sqlite", &peers), jobs)?;
        bench.embedded(("redb 4.6", "redb", &ours), jobs)?;
        bench.embedded((REDB_UNFLUSHED[1], "redb-unflushed", &ours), jobs)?;
    }
    bench.embedded((MANY, "sqlite", &ours), many)?;
    bench.embedded((RANDOM, "sqlite-random", &ours), many)?;
    if let Some(server) = Server::start()? {
        println!("PostgreSQL {}, {WORKERS} workers.", server.version()?);
        for _ in 0..rounds {
            bench.served(&server, ("PostgreSQL, ours", "postgres", &ours), jobs)?;
            bench.served(&server, ("PostgreSQL, River 0.5", "river-postgres", &peers), jobs)?;
            bench.served(&server, ("PostgreSQL, apalis 1.0", "apalis", &peers), jobs)?;
            bench.served(&server, ("PostgreSQL, graphile 0.14", "graphile", &peers), jobs)?;
        }
        bench.rounds(&server, jobs)?;
        let url = server.database("rate")?;
        bench.phase("rate, PostgreSQL", &ours, &["whole", "rate-postgres", "-", &url, "0"])?;
    } else {
        println!("PostgreSQL is left out: no server is installed in /usr/lib/postgresql");
    }
    let place = bench.place("rate")?.join("store").display().to_string();
    bench.phase("rate, SQLite", &ours, &["whole", "rate-sqlite", "-", &place, "0"])?;
    for _ in 0..if quick { 1 } else { 7 } {
        bench.whole(calls)?;
    }
    let names = ["import", "again", "settle", "polls", "bytes", "server", "count", "peak"];
    let titles = [
        "import", "claim and again", "claim and settle", "both", "bytes a job", "server, µs a job", "counts, ms",
        "peak, MiB",
    ];
    bench.figures.print(&names.into_iter().zip(titles).collect::<Vec<_>>());
    judge(&bench.figures, &BARS);
    Ok(())
}

const fn over(what: &'static str, figure: &'static str, stores: [&'static str; 2], goal: f64, will_do: f64) -> Bar {
    Bar { what, ours: (stores[0], figure), over: Some((stores[1], figure)), goal, will_do }
}

const fn plain(what: &'static str, figure: &'static str, store: &'static str, goal: f64, will_do: f64) -> Bar {
    Bar { what, ours: (store, figure), over: None, goal, will_do }
}

const RIVER: [&str; 2] = ["SQLite, ours", "SQLite, River 0.5"];
const REDB: [&str; 2] = ["SQLite, ours", "redb 4.6"];
const REDB_UNFLUSHED: [&str; 2] = ["SQLite, ours", "redb 4.6, unflushed"];
const MANY: &str = "SQLite, ours, many";
const RANDOM: &str = "SQLite, ours, random ids";
const RIVER_PG: [&str; 2] = ["PostgreSQL, ours", "PostgreSQL, River 0.5"];
const APALIS: [&str; 2] = ["PostgreSQL, ours", "PostgreSQL, apalis 1.0"];
const GRAPHILE: [&str; 2] = ["PostgreSQL, ours", "PostgreSQL, graphile 0.14"];
const WHOLE: &str = "client, SQLite store";

/// The bar. A goal that is only wished for has what will do beside it at nothing.
const BARS: [Bar; 28] = [
    over("SQLite, claim and again / River", "again", RIVER, 25.0, 15.0),
    over("SQLite, claim and settle / River", "settle", RIVER, 15.0, 10.0),
    over("SQLite, claim and again / redb", "again", REDB, 1.5, 1.0),
    over("SQLite, claim and again / redb, unflushed", "again", REDB_UNFLUSHED, 1.5, 1.0),
    over("SQLite, claim and settle / redb", "settle", REDB, 1.2, 1.0),
    over("SQLite, bytes a job / redb", "bytes", REDB, 0.6, 0.7),
    plain("SQLite, import, many, rows/s", "import", MANY, 100_000.0, 80_000.0),
    plain("SQLite, claim and again, many, rows/s", "again", MANY, 100_000.0, 80_000.0),
    plain("SQLite, claim and settle, many, rows/s", "settle", MANY, 100_000.0, 80_000.0),
    plain("SQLite, peak of memory, many, MiB", "peak", MANY, 120.0, 200.0),
    plain("SQLite, import, random ids, rows/s", "import", RANDOM, 100_000.0, 80_000.0),
    plain("SQLite, claim and again, random ids, rows/s", "again", RANDOM, 100_000.0, 80_000.0),
    plain("SQLite, claim and settle, random ids, rows/s", "settle", RANDOM, 100_000.0, 80_000.0),
    plain("SQLite, peak of memory, random ids, MiB", "peak", RANDOM, 120.0, 200.0),
    over("PostgreSQL, polls / River", "polls", RIVER_PG, 2.5, 2.0),
    over("PostgreSQL, server time a job / River", "server", RIVER_PG, 0.4, 0.5),
    over("PostgreSQL, claim and settle / apalis", "settle", APALIS, 2.5, 2.0),
    over("PostgreSQL, import / River", "import", RIVER_PG, 10.0, 0.0),
    over("PostgreSQL, import / apalis", "import", APALIS, 1.2, 0.0),
    over("PostgreSQL, import / graphile", "import", GRAPHILE, 2.0, 0.0),
    plain("PostgreSQL, queue after ten rounds / the first", "grown", "rounds", 2.5, 4.0),
    plain("PostgreSQL, queue over the last four rounds", "last four", "rounds", 1.05, 1.1),
    over("store on / store off", "polls", [WHOLE, "client, no store"], 0.95, 0.9),
    over("whole run / bare reqwest", "polls", [WHOLE, "bare reqwest"], 0.7, 0.6),
    plain("PostgreSQL, rate used by 8 workers", "used", "rate, PostgreSQL", 0.97, 0.95),
    plain("PostgreSQL, rate exceeded in any 10 s", "over", "rate, PostgreSQL", 0.005, 0.01),
    plain("SQLite, rate used by 8 threads", "used", "rate, SQLite", 0.97, 0.95),
    plain("SQLite, rate exceeded in any 10 s", "over", "rate, SQLite", 0.005, 0.01),
];
