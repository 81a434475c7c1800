//! A PostgreSQL server in a folder for temporary files, stopped when the last test that uses it ends.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

/// Names the folder of the server's programs, to test another version.
const BIN: &str = "SMILEID_TEST_POSTGRES_BIN";

pub(crate) struct Server {
    bin: PathBuf,
    folder: PathBuf,
    port: u16,
    arguments: Vec<String>,
    process: Mutex<Option<Child>>,
}

/// Returns the server that tests share, or says by name which test is skipped, and why.
pub(crate) fn shared(test: &str) -> Option<Arc<Server>> {
    static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = shared.upgrade() {
        return Some(server);
    }
    let server = Arc::new(Server::start(test)?);
    *shared = Arc::downgrade(&server);
    Some(server)
}

impl Server {
    /// Starts a server for one test.
    pub(crate) fn start(test: &str) -> Option<Self> {
        let server = Self::make(test)?;
        server.run();
        Some(server)
    }

    /// Makes a server's files, and does not start it.
    pub(crate) fn make(test: &str) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Some(bin) = bin() else {
            // Not by a macro: the test runner would keep the line to itself.
            let line = format!(
                "skipped: {test}: no PostgreSQL server with sockets in folders is installed (looked in /usr/lib/postgresql and the PATH)\n"
            );
            let _written = std::io::stderr().write_all(line.as_bytes());
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("smileid-pg-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let server = Self { bin, folder, port: 5432, arguments: Vec::new(), process: Mutex::new(None) };
        if is_root() {
            assert!(Command::new("chown").arg("postgres").arg(&server.folder).status().unwrap().success());
        }
        let made = server
            .command("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(server.data())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(server)
    }

    /// Lets it listen on a port of the loopback address too, with more settings.
    pub(crate) fn listen(&mut self, settings: &[String]) {
        self.port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = ["listen_addresses=127.0.0.1".to_owned(), format!("port={}", self.port)];
        for setting in listen.iter().chain(settings) {
            self.arguments.extend(["-c".to_owned(), setting.clone()]);
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Writes a file that the server can read.
    pub(crate) fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        if is_root() {
            assert!(Command::new("chown").arg("postgres").arg(&path).status().unwrap().success());
        }
        path
    }

    /// Starts the server, and waits until it answers.
    pub(crate) fn run(&self) {
        *self.process.lock().unwrap() = Some(self.spawn());
        let start = Instant::now();
        while !self.is_ready() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(start.elapsed() < Duration::from_secs(60), "the server does not start: {}", log());
            std::thread::sleep(Duration::from_millis(50));
            let mut process = self.process.lock().unwrap();
            // Processes of a server that was killed may still be about to end.
            if process.as_mut().is_some_and(|process| process.try_wait().unwrap().is_some()) {
                let _gone = fs::remove_file(self.data().join("postmaster.pid"));
                *process = Some(self.spawn());
            }
        }
    }

    /// Whether the server says so in its file, as `pg_ctl` reads it. One that was killed leaves the file, with its own number in it.
    fn is_ready(&self) -> bool {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let lines: Vec<&str> = file.lines().map(str::trim).collect();
        let process = self.process.lock().unwrap().as_ref().map(|process| process.id().to_string());
        lines.first().copied() == process.as_deref() && lines.get(7).copied() == Some("ready")
    }

    fn spawn(&self) -> Child {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log")).unwrap();
        // Processes are killed here, and never the machine: what is written is kept without fsync.
        let settings = ["fsync=off", "listen_addresses=", "max_connections=60", "unix_socket_permissions=0777"];
        self.command("postgres")
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(&self.folder)
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .args(&self.arguments)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    /// Kills the server as a crash does, and waits until its processes are gone.
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().unwrap().take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Returns the address of a database, with more options.
    pub(crate) fn url(&self, database: &str, options: &str) -> String {
        format!("postgres://postgres@/{database}?host={}&port={}{options}", self.folder.display(), self.port)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = without_root(&self.bin.join(program));
        command.current_dir(&self.folder).env("LC_ALL", "C");
        command
    }
}

/// Returns a command for a program that refuses to run as root.
pub(crate) fn without_root(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]).arg(program);
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _stopped = self.command("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(self.data()).output();
            let _ended = process.wait();
        }
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
}

#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}

/// The folder of the server's programs: of the newest version, if there are several.
fn bin() -> Option<PathBuf> {
    if cfg!(not(unix)) {
        return None;
    }
    let has_all = |folder: &Path| ["initdb", "postgres", "pg_ctl"].iter().all(|program| folder.join(program).is_file());
    if let Some(folder) = env::var_os(BIN) {
        return Some(PathBuf::from(folder));
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path().join("bin"))))
        .filter(|(version, bin)| *version >= 15 && has_all(bin))
        .collect();
    versions.sort();
    let on_path = || env::split_paths(&env::var_os("PATH")?).find(|folder| has_all(folder));
    versions.pop().map(|(_, bin)| bin).or_else(on_path)
}
