//! The token that all sessions of one configuration share: at most one is being fetched, and it is renewed before it ends.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::mem;
use core::time::Duration;

use smileid_core::Moment;
use spin::Mutex;
use zeroize::Zeroizing;

use crate::jwt::Doubt;

/// How late the response to a token request may be reported. After that, the session that was to fetch is taken for lost.
const LATE: Duration = Duration::from_secs(1);

/// A token as it was fetched.
#[derive(Clone)]
pub(crate) struct Token {
    text: Arc<Zeroizing<String>>,
    generation: u64,
    pub(crate) doubt: Option<Doubt>,
}

impl Token {
    pub(crate) fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("generation", &self.generation)
            .field("doubt", &self.doubt)
            .finish_non_exhaustive()
    }
}

/// What a session gets that asks for a token.
#[derive(Debug)]
pub(crate) enum Take {
    Use(Token),
    /// Fetch one: no other session will, as long as this lease is there.
    Fetch(Lease),
    /// Another session is fetching one.
    Busy,
}

/// The place of the shared token. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct TokenCell(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    slot: Slot,
    /// The number of the latest lease, which is also the generation of the token that it brings.
    latest: u64,
}

#[derive(Default)]
enum Slot {
    #[default]
    Empty,
    Fetching {
        owner: u64,
        until: Duration,
    },
    Ready {
        token: Token,
        not_after: Duration,
    },
}

impl TokenCell {
    /// Returns the token, or the lease to fetch one within `timeout`.
    pub(crate) fn take(&self, now: Moment, timeout: Duration) -> Take {
        let mut inner = self.0.lock();
        match &inner.slot {
            Slot::Ready { token, not_after } if now.monotonic() < *not_after => return Take::Use(token.clone()),
            Slot::Fetching { until, .. } if now.monotonic() < *until => return Take::Busy,
            _ => {}
        }
        inner.latest += 1;
        let owner = inner.latest;
        let until = now.monotonic().saturating_add(timeout).saturating_add(LATE);
        let before = mem::replace(&mut inner.slot, Slot::Fetching { owner, until });
        drop(inner);
        // The old token is wiped outside the lock.
        drop(before);
        Take::Fetch(Lease { cell: self.clone(), owner })
    }

    /// Drops a token that the service refused, unless a newer one is there already.
    pub(crate) fn refuse(&self, refused: &Token) {
        self.clear(|slot| matches!(slot, Slot::Ready { token, .. } if token.generation == refused.generation));
    }

    fn clear(&self, is_meant: impl FnOnce(&Slot) -> bool) {
        let mut inner = self.0.lock();
        if is_meant(&inner.slot) {
            let before = mem::take(&mut inner.slot);
            drop(inner);
            drop(before);
        }
    }
}

impl fmt::Debug for TokenCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCell(..)")
    }
}

/// The right to fetch a token. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    cell: TokenCell,
    owner: u64,
}

impl Lease {
    /// Returns the token that came, and shares it for `life` if it may be used more than once.
    pub(crate) fn fetched(
        self,
        now: Moment,
        text: Zeroizing<String>,
        life: Option<Duration>,
        doubt: Option<Doubt>,
    ) -> Token {
        let token = Token { text: Arc::new(text), generation: self.owner, doubt };
        if let Some(life) = life {
            let not_after = now.monotonic().saturating_add(life);
            let mut inner = self.cell.0.lock();
            if matches!(inner.slot, Slot::Fetching { owner, .. } if owner == self.owner) {
                inner.slot = Slot::Ready { token: token.clone(), not_after };
            }
        }
        token
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.cell.clear(|slot| matches!(slot, Slot::Fetching { owner, .. } if *owner == self.owner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const TIMEOUT: Duration = Duration::from_secs(10);

    fn at(seconds: u64) -> Moment {
        Moment::new(0, Duration::from_secs(seconds))
    }

    fn lease(take: Take) -> Lease {
        match take {
            Take::Fetch(lease) => lease,
            other => unreachable!("{other:?}"),
        }
    }

    fn canary() -> Zeroizing<String> {
        Zeroizing::new("canary".into())
    }

    #[test]
    fn one_session_fetches_and_all_use_it_until_it_is_to_be_renewed() {
        let cell = TokenCell::default();
        let first = lease(cell.take(at(0), TIMEOUT));
        assert!(matches!(cell.clone().take(at(0), TIMEOUT), Take::Busy));
        let token = first.fetched(at(1), canary(), Some(TIMEOUT), None);
        assert!(matches!(cell.take(at(10), TIMEOUT), Take::Use(shared) if shared.generation == token.generation));
        let second = lease(cell.take(at(11), TIMEOUT));
        assert!(!format!("{cell:?} {token:?} {second:?}").contains("canary"));
    }

    #[test]
    fn lease_that_is_dropped_or_too_late_lets_another_fetch() {
        let cell = TokenCell::default();
        drop(lease(cell.take(at(0), TIMEOUT)));
        let forgotten = lease(cell.take(at(0), TIMEOUT));
        assert!(matches!(cell.take(at(10), TIMEOUT), Take::Busy));
        let second = lease(cell.take(at(11), TIMEOUT));
        // What comes too late is used by its own session only, and takes nothing from the other one.
        assert_eq!(forgotten.fetched(at(12), canary(), Some(TIMEOUT), None).expose(), "canary");
        assert!(matches!(cell.take(at(12), TIMEOUT), Take::Busy));
        drop(second);
        assert!(matches!(cell.take(at(12), TIMEOUT), Take::Fetch(_)));
    }

    #[test]
    fn refusal_drops_only_the_token_it_is_about() {
        let cell = TokenCell::default();
        let old = lease(cell.take(at(0), TIMEOUT)).fetched(at(0), canary(), Some(TIMEOUT), None);
        cell.refuse(&old);
        let new = lease(cell.take(at(0), TIMEOUT)).fetched(at(0), canary(), Some(TIMEOUT), None);
        cell.refuse(&old);
        assert!(matches!(cell.take(at(1), TIMEOUT), Take::Use(token) if token.generation == new.generation));
        // A token of one use is not shared.
        cell.refuse(&new);
        let _once = lease(cell.take(at(1), TIMEOUT)).fetched(at(1), canary(), None, Some(Doubt::NotJwt));
        assert!(matches!(cell.take(at(1), TIMEOUT), Take::Fetch(_)));
    }
}
