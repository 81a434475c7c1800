//! Faults while the connection is made, or right after.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::io;
use std::net::TcpListener;

use socket2::{Domain, SockAddr, Socket, Type};

use super::Fault;
use super::wire::Wire;

/// More connections than a queue of one holds; the last of them stay unanswered.
const FILLERS: usize = 4;

/// Where a server's port comes from.
pub(super) enum Port {
    /// Connections are accepted.
    Open(TcpListener),
    /// They are not; the sockets keep it so.
    Closed(#[expect(dead_code, reason = "held, not used: closing them would free the port")] Vec<Socket>),
}

/// A loopback port for this fault.
pub(super) fn port(fault: Fault) -> io::Result<(Port, SocketAddr)> {
    let any = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
    match fault {
        Fault::Refused => {
            // Bound and not listening: the port is ours, and no server answers on it.
            let (socket, address) = bound(any)?;
            Ok((Port::Closed(vec![socket]), address))
        }
        Fault::Blackhole => {
            let (socket, address) = bound(any)?;
            socket.listen(0)?;
            let mut sockets = vec![socket];
            for _ in 0..FILLERS {
                let filler = Socket::new(Domain::IPV4, Type::STREAM, None)?;
                filler.set_nonblocking(true)?;
                // It is under way: that is all that is wanted of it.
                let _under_way = filler.connect(&SockAddr::from(address));
                sockets.push(filler);
            }
            Ok((Port::Closed(sockets), address))
        }
        _ => {
            let listener = TcpListener::bind(any)?;
            let address = listener.local_addr()?;
            Ok((Port::Open(listener), address))
        }
    }
}

fn bound(address: SocketAddr) -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&address.into())?;
    let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
    Ok((socket, address))
}

/// What becomes of a connection before any request is read.
pub(super) fn play(fault: Fault, wire: &mut Wire) -> io::Result<()> {
    match fault {
        Fault::AcceptNeverRead => wire.ignore(),
        Fault::SynThenRst => wire.reset(),
        _ => Ok(()),
    }
}

/// Whether connecting to this address fails to be answered for a while. For the tests of this file.
#[cfg(test)]
fn is_unanswered(address: SocketAddr) -> bool {
    let connected = std::net::TcpStream::connect_timeout(&address, core::time::Duration::from_millis(150));
    connected.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_port_refuses_and_a_full_queue_does_not_answer() {
        let (_port, address) = port(Fault::Refused).unwrap();
        let refused = std::net::TcpStream::connect(address).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        if cfg!(target_os = "linux") {
            let (_port, address) = port(Fault::Blackhole).unwrap();
            assert!((0..3).all(|_| is_unanswered(address)));
        }
    }
}
