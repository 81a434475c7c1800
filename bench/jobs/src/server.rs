//! A PostgreSQL server in a temporary folder, on a Unix socket, with its usual durability; and the processor time that it has used.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};

use crate::Result;

pub struct Server {
    bin: PathBuf,
    folder: PathBuf,
    process: Child,
}

impl Server {
    /// Starts a server, or returns `None` if none is installed.
    pub fn start() -> Result<Option<Self>> {
        let Some(bin) = bin() else { return Ok(None) };
        let folder = std::env::temp_dir().join(format!("smileid-bench-pg-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        if is_root() {
            Command::new("chown").arg("postgres").arg(&folder).status()?;
        }
        let made = command(&bin, &folder, "initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-D"])
            .arg(folder.join("data"))
            .output()?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned().into());
        }
        let process = command(&bin, &folder, "postgres")
            .arg("-D")
            .arg(folder.join("data"))
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses=", "-c", "unix_socket_permissions=0777", "-c", "max_connections=200"])
            // Ten rounds over a queue take seconds here and days at a partner's rate: it is looked at as often a round.
            .args(["-c", "autovacuum_naptime=1s"])
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("log"))?)
            .spawn()?;
        let server = Self { bin, folder, process };
        let start = Instant::now();
        while let Err(error) = Admin::connect(&server, "postgres") {
            if start.elapsed() > Duration::from_secs(60) {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Some(server))
    }

    /// Makes a database and returns its address.
    pub fn database(&self, name: &str) -> Result<String> {
        let admin = Admin::connect(self, "postgres")?;
        admin.run(&format!("drop database if exists {name} with (force)"))?;
        admin.run(&format!("create database {name}"))?;
        // What was written before is not written on this one's time.
        admin.run("checkpoint")?;
        Ok(self.url(name))
    }

    fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{database}")
    }

    /// Returns the version, as the server writes it.
    pub fn version(&self) -> Result<String> {
        Admin::connect(self, "postgres")?.text("show server_version")
    }

    /// Returns the number that a query returns.
    pub fn number(&self, database: &str, sql: &str) -> Result<f64> {
        Ok(Admin::connect(self, database)?.text(&format!("select ({sql})::text"))?.parse()?)
    }

    /// Returns the processor time of all its processes so far, those that have ended included.
    pub fn processor_time(&self) -> Result<Duration> {
        let mut ticks = 0;
        for entry in fs::read_dir("/proc")?.flatten() {
            // A process that is just ending is counted by its parent at the next look.
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            let Some((head, rest)) = stat.rsplit_once(')') else { continue };
            let fields: Vec<&str> = rest.split_whitespace().collect();
            let own = head.split(' ').next() == Some(&self.postmaster().to_string());
            if own || fields.get(1) == Some(&self.postmaster().to_string().as_str()) {
                // Of children that have ended only the postmaster's are not counted elsewhere.
                let last = if own { 14 } else { 12 };
                ticks += fields[11..=last].iter().map(|field| field.parse::<u64>().unwrap_or(0)).sum::<u64>();
            }
        }
        // A hundred a second on Linux, whatever its own clock is.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// `setpriv` becomes the server, so that the process that was started is the postmaster.
    fn postmaster(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = command(&self.bin, &self.folder, "pg_ctl");
        let _stopped = stop.args(["stop", "-m", "fast", "-D"]).arg(self.folder.join("data")).output();
        let _ended = self.process.wait();
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

/// A connection past the store.
struct Admin {
    client: Client,
    runtime: Runtime,
}

impl Admin {
    fn connect(server: &Server, database: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(&server.url(database), NoTls))?;
        runtime.spawn(async move { drop(connection.await) });
        Ok(Self { client, runtime })
    }

    fn run(&self, sql: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.client.batch_execute(sql))?)
    }

    fn text(&self, sql: &str) -> Result<String> {
        Ok(self.runtime.block_on(self.client.query_one(sql, &[]))?.try_get(0)?)
    }
}

fn command(bin: &Path, folder: &Path, program: &str) -> Command {
    let program = bin.join(program);
    // PostgreSQL refuses to run as root.
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder).env("LC_ALL", "C");
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
}

/// The folder of the newest server's programs.
fn bin() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let numbered =
        |entry: fs::DirEntry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")));
    let bins = versions.filter_map(numbered).filter(|(_, bin)| bin.join("postgres").is_file());
    bins.max().map(|(_, bin)| bin)
}
