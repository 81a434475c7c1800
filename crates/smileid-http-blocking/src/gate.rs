//! Places among the requests in flight, and the word to stop: whatever a call waits for, it waits for here. It knows no HTTP.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What can come to a waiting call.
#[derive(Debug)]
pub(crate) enum Event<T> {
    /// A place came free, and it is this call's.
    Place(Place<T>),
    /// What the call waited for.
    Outcome(T),
    /// It will not come: whoever was to bring it has ended without.
    Lost,
    /// The word to stop.
    Stopped,
}

/// Why nothing came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The time is over.
    TimedOut,
    /// The word to stop was given.
    Stopped,
    /// Whoever was to bring it has ended without.
    Lost,
}

/// A bound on how many are let in at a time, and a stop for all. Clones are the same gate.
#[derive(Debug)]
pub(crate) struct Gate<T>(Arc<Shared<T>>);

#[derive(Debug)]
struct Shared<T> {
    /// Set under the lock, and read there by whoever comes; read without it by whoever has been let in.
    stopped: AtomicBool,
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    free: usize,
    next_id: u64,
    /// Every call there is.
    calls: Vec<(u64, Sender<Event<T>>)>,
    /// Those of them that wait for a place, the longest waiting first.
    queue: VecDeque<u64>,
}

impl<T> Gate<T> {
    /// A gate that lets `places` in at a time.
    pub(crate) fn new(places: usize) -> Self {
        let state = State { free: places, next_id: 0, calls: Vec::new(), queue: VecDeque::new() };
        Self(Arc::new(Shared { stopped: AtomicBool::new(false), state: Mutex::new(state) }))
    }

    /// A place, waited for so long at the most. Where one is free, nothing is made to wait with.
    pub(crate) fn place(&self, left: Duration) -> Result<Place<T>, Missing> {
        {
            let mut state = self.state();
            if self.is_stopped() {
                return Err(Missing::Stopped);
            }
            if let Some(place) = self.free_place(&mut state) {
                return Ok(place);
            }
        }
        self.call()?.place(left)
    }

    fn free_place(&self, state: &mut State<T>) -> Option<Place<T>> {
        state.free = state.free.checked_sub(1)?;
        Some(Place(self.clone()))
    }

    /// A call that can be told to stop from here on.
    pub(crate) fn call(&self) -> Result<Call<T>, Missing> {
        let mut state = self.state();
        if self.is_stopped() {
            return Err(Missing::Stopped);
        }
        let (sender, events) = channel();
        let id = state.next_id;
        state.next_id += 1;
        state.calls.push((id, sender.clone()));
        Ok(Call { gate: self.clone(), id, sender, events })
    }

    /// Tells every call to stop, now and from now on.
    pub(crate) fn stop(&self) {
        let calls = {
            let mut state = self.state();
            self.0.stopped.store(true, Ordering::Release);
            core::mem::take(&mut state.calls)
        };
        for (_, sender) in calls {
            // A call that has just ended needs no telling.
            let _ = sender.send(Event::Stopped);
        }
    }

    /// Whether the word to stop was given.
    pub(crate) fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Acquire)
    }

    /// How many could be let in at once.
    pub(crate) fn free(&self) -> usize {
        self.state().free
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Gate<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// One call's end of the gate. Dropping it takes the call off every list.
#[derive(Debug)]
pub(crate) struct Call<T> {
    gate: Gate<T>,
    id: u64,
    sender: Sender<Event<T>>,
    events: Receiver<Event<T>>,
}

impl<T> Call<T> {
    /// Waits for a place, for so long at the most.
    pub(crate) fn place(&self, left: Duration) -> Result<Place<T>, Missing> {
        {
            let mut state = self.gate.state();
            if let Some(place) = self.gate.free_place(&mut state) {
                return Ok(place);
            }
            state.queue.push_back(self.id);
        }
        match self.next(left)? {
            Event::Place(place) => Ok(place),
            Event::Outcome(_) | Event::Lost => Err(Missing::Lost),
            Event::Stopped => Err(Missing::Stopped),
        }
    }

    /// Waits for the outcome, for so long at the most.
    pub(crate) fn outcome(&self, left: Duration) -> Result<T, Missing> {
        match self.next(left)? {
            Event::Outcome(outcome) => Ok(outcome),
            Event::Place(_) | Event::Lost => Err(Missing::Lost),
            Event::Stopped => Err(Missing::Stopped),
        }
    }

    /// Lets the time pass; it is an error only to be told to stop.
    pub(crate) fn pause(&self, duration: Duration) -> Result<(), Missing> {
        match self.next(duration) {
            Err(Missing::TimedOut) => Ok(()),
            Ok(_) | Err(_) => Err(Missing::Stopped),
        }
    }

    /// Where the outcome is reported, once.
    pub(crate) fn reporter(&self) -> Reporter<T> {
        Reporter(Some(self.sender.clone()))
    }

    fn next(&self, left: Duration) -> Result<Event<T>, Missing> {
        // The call holds a sender itself, so that the channel is never cut off.
        self.events.recv_timeout(left).map_err(|_| Missing::TimedOut)
    }
}

impl<T> Drop for Call<T> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.calls.retain(|(id, _)| *id != self.id);
        state.queue.retain(|id| *id != self.id);
    }
}

/// Reports an outcome, or its loss when dropped without: a thread that panics keeps nobody waiting.
#[derive(Debug)]
pub(crate) struct Reporter<T>(Option<Sender<Event<T>>>);

impl<T> Reporter<T> {
    pub(crate) fn report(mut self, outcome: T) {
        if let Some(sender) = self.0.take() {
            // A caller that has gone does not miss it.
            let _ = sender.send(Event::Outcome(outcome));
        }
    }
}

impl<T> Drop for Reporter<T> {
    fn drop(&mut self) {
        if let Some(sender) = self.0.take() {
            let _ = sender.send(Event::Lost);
        }
    }
}

/// A place among those let in. Dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Place<T>(Gate<T>);

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        while let Some(id) = state.queue.pop_front() {
            let next = state.calls.iter().find(|(call, _)| *call == id).map(|(_, sender)| sender.clone());
            if let Some(sender) = next {
                drop(state);
                // If that call has just gone, the place comes back here with the undelivered event.
                let _ = sender.send(Event::Place(Self(self.0.clone())));
                return;
            }
        }
        state.free += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn only_so_many_are_let_in_and_the_longest_waiting_is_next() {
        let gate: Gate<()> = Gate::new(1);
        let (first, second, third) = (gate.call().unwrap(), gate.call().unwrap(), gate.call().unwrap());
        let place = first.place(LONG).unwrap();
        assert_eq!(second.place(SOON).unwrap_err(), Missing::TimedOut);
        drop(second);
        thread::scope(|scope| {
            let waiting = scope.spawn(move || third.place(LONG).map(drop));
            while gate.state().queue.is_empty() {
                thread::yield_now();
            }
            assert_eq!(gate.free(), 0);
            drop(place);
            assert_eq!(waiting.join().unwrap(), Ok(()));
        });
        assert_eq!(gate.free(), 1);
    }

    #[test]
    fn a_place_given_to_a_call_that_has_gone_comes_back() {
        let gate: Gate<()> = Gate::new(1);
        let (holder, waiting) = (gate.call().unwrap(), gate.call().unwrap());
        let place = holder.place(LONG).unwrap();
        assert_eq!(waiting.place(Duration::ZERO).unwrap_err(), Missing::TimedOut);
        // It is still in the queue, as when it has timed out and not yet gone: the place is on its way to it.
        drop(place);
        assert_eq!(gate.free(), 0);
        drop(waiting);
        assert_eq!(gate.free(), 1);
    }

    #[test]
    fn the_word_to_stop_reaches_whoever_waits_and_whoever_comes() {
        let gate: Gate<u8> = Gate::new(1);
        let (placed, queued, paused) = (gate.call().unwrap(), gate.call().unwrap(), gate.call().unwrap());
        let place = placed.place(LONG).unwrap();
        thread::scope(|scope| {
            let outcome = scope.spawn(move || placed.outcome(LONG));
            let queue = scope.spawn(move || queued.place(LONG).map(drop));
            let pause = scope.spawn(move || paused.pause(LONG));
            gate.stop();
            assert_eq!(outcome.join().unwrap(), Err(Missing::Stopped));
            assert_eq!(queue.join().unwrap(), Err(Missing::Stopped));
            assert_eq!(pause.join().unwrap(), Err(Missing::Stopped));
        });
        assert_eq!(gate.call().map(drop).unwrap_err(), Missing::Stopped);
        drop(place);
        assert_eq!((gate.free(), gate.state().queue.len()), (1, 0));
    }

    #[test]
    fn outcomes_are_reported_and_so_is_their_loss() {
        let gate: Gate<u8> = Gate::new(1);
        let call = gate.call().unwrap();
        call.reporter().report(7);
        assert_eq!(call.outcome(LONG), Ok(7));
        drop(call.reporter());
        assert_eq!(call.outcome(LONG), Err(Missing::Lost));
        assert_eq!(call.pause(SOON), Ok(()));
    }
}
