//! The other end of the calls: a separate process that answers every POST with one prepared, signed reply. It reads no JSON.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use smileid_core::{ApiKey, Credentials, Moment, PartnerId, Signer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::measure;

pub const USER: &str = "user-7";
pub const JOB: &str = "job-7";
pub const PARTNER: &str = "023";
pub const KEY: &str = "bench-api-key";

pub fn credentials() -> Credentials {
    Credentials::new(PartnerId::new(PARTNER).unwrap(), ApiKey::new(KEY).unwrap())
}

/// A server in a separate process; dropping it ends that.
pub struct Server {
    child: Child,
    pub base_url: String,
}

impl Server {
    /// On its own processor where it answers one call at a time.
    pub fn start(one_at_a_time: bool) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("serve")
            .args(one_at_a_time.then_some("--apart"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, base_url: line.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until its standard input ends; only on the second processor, if it is to be apart from its client.
pub fn serve(apart: bool) {
    if apart {
        measure::stay_on(Some(1));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}/v1", listener.local_addr().unwrap());
        let reply: &'static [u8] = reply().leak();
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(socket, reply));
        }
    });
}

/// A final reply of the usual size, signed a minute ahead: fresh for six minutes, and never the pair of a request made here.
fn reply() -> Vec<u8> {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Moment::new(i64::try_from(wall.as_millis()).unwrap() + 60_000, Duration::ZERO);
    let signed = Signer::new(&credentials()).authorize(now);
    let body = format!(
        r#"{{"timestamp":"{}","signature":"{}","job_complete":true,"job_success":true,"code":"2302","result":{{"ResultCode":"0810","ResultText":"Enroll User","ResultType":"SAIA","SmileJobID":"0000001897","JSONVersion":"1.0.0","IsFinalResult":"true","IsMachineResult":"true","ConfidenceValue":"99","Actions":{{"Liveness_Check":"Passed","Register_Selfie":"Approved"}},"PartnerParams":{{"job_id":"{JOB}","user_id":"{USER}","job_type":4}}}},"image_links":{{}},"history":[]}}"#,
        signed.timestamp(),
        signed.value()
    );
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

async fn answer(mut socket: TcpStream, reply: &[u8]) {
    let _ = socket.set_nodelay(true);
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let (head, length) = loop {
            if let Some(head) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
                let length =
                    text.split("content-length: ").nth(1).and_then(|t| t.split('\r').next()?.parse::<usize>().ok());
                break (head + 4, length.unwrap_or(0));
            }
            if !matches!(socket.read_buf(&mut buffer).await, Ok(1..)) {
                return;
            }
        };
        while buffer.len() < head + length {
            if !matches!(socket.read_buf(&mut buffer).await, Ok(1..)) {
                return;
            }
        }
        buffer.drain(..head + length);
        if socket.write_all(reply).await.is_err() {
            return;
        }
    }
}
