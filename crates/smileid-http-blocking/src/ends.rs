//! How a connection's end is told: in order, or broken off. ureq takes either for the end of a reply without a length, so what breaks off
//! is given to it by another name; and it sees no end that TLS has read already. It knows no sockets and no HTTP.

use std::io::{self, ErrorKind as Io};

use smileid_http::Cause;
use ureq::Error;
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// The last of the chain: it stands above TLS too, where a peer that leaves without a word may have been cut off by anybody.
#[derive(Debug)]
pub(crate) struct Ends;

impl<In: Transport> Connector<In> for Ends {
    type Out = Told<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(Told))
    }
}

/// A connection that does not pass off being broken off as an end.
#[derive(Debug)]
pub(crate) struct Told<T>(T);

impl<T: Transport> Transport for Told<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout).map_err(|error| match error {
            Error::Io(error) => Error::Io(by_another_name(error)),
            other => other,
        })
    }

    /// ureq's TLS asks the socket alone: a peer's last word, or more than was asked for, may have come with the reply and lie in a
    /// buffer above it. So what is there already is read, and nothing is waited for.
    fn is_open(&mut self) -> bool {
        self.0.is_open() && (!self.0.is_tls() || matches!(self.0.await_input(at_once()), Err(Error::Timeout(_))))
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

/// No time at all: the socket is not asked.
fn at_once() -> NextTimeout {
    NextTimeout { after: Duration::from_secs(0), ..NextTimeout::default() }
}

/// The kinds that ureq takes for an end, each as the cause that `error.rs` finds again.
fn by_another_name(error: io::Error) -> io::Error {
    match error.kind() {
        Io::UnexpectedEof => io::Error::other(Cause::Cut),
        kind @ (Io::ConnectionReset | Io::ConnectionAborted) => io::Error::other(Cause::Io(kind)),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use smileid_core::transport::TransportErrorKind as Kind;
    use ureq::Timeout;
    use ureq::unversioned::transport::LazyBuffers;

    use super::*;
    use crate::error;

    #[test]
    fn no_end_that_was_not_in_order_keeps_a_name_that_ureq_takes_for_one() {
        let cases = [
            (Io::UnexpectedEof, Some(Cause::Cut)),
            (Io::ConnectionReset, Some(Cause::Io(Io::ConnectionReset))),
            (Io::ConnectionAborted, Some(Cause::Io(Io::ConnectionAborted))),
            (Io::BrokenPipe, None),
        ];
        for (kind, cause) in cases {
            let told = by_another_name(kind.into());
            assert_eq!(told.kind(), if cause.is_some() { Io::Other } else { kind });
            assert_eq!(told.get_ref().and_then(|inner| inner.downcast_ref::<Cause>()), cause.as_ref());
            assert_eq!(error::of(&Error::Io(told)).kind(), Kind::Closed, "{kind:?}");
        }
    }

    /// A connection whose socket is open and quiet, with what stands in a buffer above the socket.
    #[derive(Debug)]
    struct Quiet {
        tls: bool,
        above: fn() -> Result<bool, Error>,
        buffers: LazyBuffers,
    }

    impl Transport for Quiet {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, _: usize, _: NextTimeout) -> Result<(), Error> {
            Ok(())
        }

        fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
            assert!(timeout.after.is_zero());
            (self.above)()
        }

        fn is_open(&mut self) -> bool {
            true
        }

        fn is_tls(&self) -> bool {
            self.tls
        }
    }

    #[test]
    fn no_connection_is_used_again_whose_last_word_tls_has_read() {
        let open = |tls, above| Told(Quiet { tls, above, buffers: LazyBuffers::new(16, 16) }).is_open();
        assert!(open(true, || Err(Error::Timeout(Timeout::Global))));
        // The peer's last word, a reply that nobody asked for, and what is no TLS.
        assert!(!open(true, || Ok(false)));
        assert!(!open(true, || Ok(true)));
        assert!(!open(true, || Err(Error::Io(Io::InvalidData.into()))));
        // In the clear there is nothing above the socket.
        assert!(open(false, || Ok(false)));
    }
}
