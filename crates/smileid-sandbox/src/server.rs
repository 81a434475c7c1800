//! The threads that accept connections and speak HTTP/1.1 on them, in the clear or over TLS. What is answered is decided elsewhere.

use core::error::Error as _;
use core::future::poll_fn;
use core::net::IpAddr;
use core::time::Duration;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::callbacks::Queue;
use crate::deliver::deliver;
use crate::faults::Stream;
use crate::route::{self, TakeOver};
use crate::shared::SandboxState;

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long accepting rests if the system has no file descriptor left.
const REST: Duration = Duration::from_millis(10);
/// How late a callback may be that is due by time.
const TICK: Duration = Duration::from_millis(50);
/// How long the end of a thread's tasks is awaited.
const GRACE: Duration = Duration::from_millis(100);

/// The threads of a running server. Dropping them ends them.
#[derive(Debug)]
pub(crate) struct Workers {
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts `count` threads: the first accepts, and hands every connection to the next of them in turn.
    pub(crate) fn start(
        listener: std::net::TcpListener,
        tls: Option<Arc<rustls::ServerConfig>>,
        shared: &Arc<SandboxState>,
        count: usize,
        due: Queue,
    ) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let mut workers = Self { stop, threads: Vec::new() };
        let connections = ConnectionContext { tls: tls.map(TlsAcceptor::from), shared: Arc::clone(shared) };
        let mut others = Vec::new();
        for _ in 1..count {
            let (sender, receiver) = mpsc::unbounded_channel();
            let connections = connections.clone();
            workers.thread(stopped.clone(), receive(receiver, connections))?;
            others.push(sender);
        }
        let (delivering, ticking) = (Arc::clone(shared), Arc::clone(shared));
        let first = async move {
            tokio::spawn(deliver(due, delivering));
            tokio::spawn(tick(ticking));
            accept(listener, others, connections).await;
        };
        workers.thread(stopped, first)?;
        Ok(workers)
    }

    fn thread(
        &mut self,
        mut stopped: watch::Receiver<bool>,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let runtime: Runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let thread = std::thread::Builder::new().name("smileid-sandbox".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = work => {}
                    // It also ends when the sender is dropped.
                    _ = stopped.changed() => {}
                }
            });
            // ConnectionContext that are still open are dropped with the runtime.
            runtime.shutdown_timeout(GRACE);
        })?;
        self.threads.push(thread);
        Ok(())
    }

    /// Waits until the threads end by themselves, which they do only with the process.
    pub(crate) fn join(&mut self) {
        for thread in self.threads.drain(..) {
            // A thread that panicked has reported it already.
            let _ended = thread.join();
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // No thread receives it if all have ended.
        let _told = self.stop.send(true);
        self.join();
    }
}

/// What every connection needs.
#[derive(Clone)]
struct ConnectionContext {
    tls: Option<TlsAcceptor>,
    shared: Arc<SandboxState>,
}

async fn accept(
    listener: std::net::TcpListener,
    others: Vec<mpsc::UnboundedSender<std::net::TcpStream>>,
    connections: ConnectionContext,
) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let mut turn = 0;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        turn = (turn + 1) % (others.len() + 1);
        match others.get(turn) {
            None => connections.spawn(stream),
            Some(other) => {
                // The other threads end only together with this one.
                let _sent = stream.into_std().map(|stream| other.send(stream));
            }
        }
    }
}

/// Moves the jobs that time moves even while no client asks for them, so that their callbacks are sent when they are due.
async fn tick(shared: Arc<SandboxState>) {
    let mut ticks = tokio::time::interval(TICK);
    while shared.moves_by_itself() {
        ticks.tick().await;
        shared.pass_time();
    }
}

async fn receive(mut streams: mpsc::UnboundedReceiver<std::net::TcpStream>, connections: ConnectionContext) {
    while let Some(stream) = streams.recv().await {
        if let Ok(stream) = TcpStream::from_std(stream) {
            connections.spawn(stream);
        }
    }
}

impl ConnectionContext {
    fn spawn(&self, stream: TcpStream) {
        let Self { tls, shared } = self.clone();
        // Small answers go out at once; if the system cannot, they go out a little later.
        let _set = stream.set_nodelay(true);
        // It is unknown only if the connection is gone already.
        let peer = stream.peer_addr().ok().map(|peer| peer.ip());
        tokio::spawn(async move {
            let Some(tls) = tls else { return speak(stream, peer, shared, plain).await };
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                speak(stream, peer, shared, secure).await;
            }
        });
    }
}

/// Answers the requests of one connection until it ends, or a fault takes it: `taken` makes of it what a fault plays on.
async fn speak<S>(stream: S, peer: Option<IpAddr>, shared: Arc<SandboxState>, taken: fn(S) -> io::Result<Stream>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let answer = service_fn(|request: Request<Incoming>| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { route::answer(&shared, peer, request).await })
    });
    let mut connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), answer);
    let Err(error) = poll_fn(|context| connection.poll_without_shutdown(context)).await else {
        // The client closed its side, or asked for the connection to be closed after the reply.
        let mut stream = connection.into_parts().io.into_inner();
        let _closed = stream.shutdown().await;
        return;
    };
    // Any other error is a connection that broke: no client is left to answer.
    let Some(TakeOver { fault, body }) = error.source().and_then(|source| source.downcast_ref()) else { return };
    let parts = connection.into_parts();
    let head = format!("POST /v1/job_status HTTP/1.1\r\nHost: sandbox\r\nContent-Length: {}\r\n\r\n", body.len());
    let asked = [head.as_bytes(), body, &parts.read_buf].concat();
    // If no thread can be had, the connection is closed: a fault as well.
    let _played = taken(parts.io.into_inner())
        .and_then(|stream| shared.guests.play(*fault, stream, asked, &shared.fault_credentials));
}

/// Returns the socket of a connection, for a thread that blocks on it.
fn blocking(stream: TcpStream) -> io::Result<std::net::TcpStream> {
    let socket = stream.into_std()?;
    socket.set_nonblocking(false)?;
    Ok(socket)
}

fn plain(stream: TcpStream) -> io::Result<Stream> {
    blocking(stream).map(Stream::plain)
}

fn secure(stream: TlsStream<TcpStream>) -> io::Result<Stream> {
    let (socket, connection) = stream.into_inner();
    blocking(socket).map(|socket| Stream::tls(connection, socket))
}
