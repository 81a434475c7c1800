//! What a session does next: after an attempt of a call, and after a poll of a wait. What each kind of failure leads to is policy's.

use core::time::Duration;

use super::State;
use super::course::{Ask, Course, Phase};
use crate::error::{Error, ErrorKind};
use crate::policy::{InCall, InWait, NotFoundPolicy, Poll, RetryCause, WaitPolicy};
use crate::time::Moment;

impl<A: Ask> Course<A> {
    /// Decides what follows an attempt of a call.
    pub(super) fn after_attempt(&mut self, now: Moment, outcome: Result<A::Answer, Error>) {
        let error = match outcome {
            Ok(answer) => {
                self.config.inner().budget.give_back();
                return self.end(now, Ok(answer));
            }
            Err(error) => error,
        };
        match error.failure().in_call() {
            InCall::Retry => self.retry(now, error),
            InCall::RetryOnce if !core::mem::replace(&mut self.tried_once_more, true) => self.retry(now, error),
            // Our own form of timestamps made the answer look so: this attempt costs neither the caller nor the budget one.
            InCall::AskAgain if !core::mem::replace(&mut self.echo_asked_again, true) => {
                self.due(now, Duration::ZERO, error);
            }
            InCall::RetryOnce | InCall::AskAgain | InCall::End => self.end(now, Err(error)),
        }
    }

    /// Decides what follows a poll of a wait that was sent at `since`.
    pub(super) fn after_poll(
        &mut self,
        now: Moment,
        since: Moment,
        outcome: Result<A::Answer, Error>,
        policy: &WaitPolicy,
    ) {
        let (poll, failure) = match outcome {
            Ok(answer) if A::state(&answer) == State::Pending => {
                self.last_answer = Some(answer);
                (Poll::Answered, None)
            }
            Ok(answer) => return self.end(now, Ok(answer)),
            Err(error) => match error.failure().in_wait() {
                InWait::Count => (Poll::Failed, Some(error)),
                InWait::SlowDown => (Poll::Throttled, Some(error)),
                InWait::IfAllowed if policy.not_found() == NotFoundPolicy::Pending => (Poll::Answered, Some(error)),
                InWait::OnceMore if !core::mem::replace(&mut self.tried_once_more, true) => {
                    (Poll::Answered, Some(error))
                }
                InWait::IfAllowed | InWait::OnceMore | InWait::End => return self.end(now, Err(error)),
            },
        };
        self.pace = self.pace.after(poll);
        let asked = failure.as_ref().and_then(Error::retry_after);
        let delay = self.pace.delay(policy, asked, self.random(now));
        self.last_failure = match failure {
            Some(error) if self.pace.is_spent(policy) => return self.end(now, Err(error)),
            failure => failure,
        };
        match policy.fit(delay, self.elapsed(now), now.since(since)) {
            Some(delay) => self.state = Phase::Due(now.monotonic().saturating_add(delay)),
            None => self.end_at_deadline(now),
        }
    }

    /// Sends again after the back-off, if attempts, time and budget are left.
    fn retry(&mut self, now: Moment, error: Error) {
        let config = self.config.inner();
        let sent = self.sent.saturating_sub(self.uncounted).saturating_sub(u32::from(self.echo_asked_again));
        let cause = if error.kind() == ErrorKind::Throttled { RetryCause::Throttled } else { RetryCause::Fault };
        let delay = config.retry.delay(sent, cause, error.retry_after(), self.random(now));
        // A retry that could not even start before the deadline would hide the reason and keep the caller waiting for nothing.
        let fits = self.elapsed(now).checked_add(delay).is_some_and(|then| then < self.deadline());
        if sent >= config.retry.max_attempts() || !fits {
            return self.end(now, Err(error));
        }
        if !config.budget.take() {
            let message =
                "the retry budget is empty: the service has been failing; ask again later, with fewer calls at a time";
            return self.end(now, Err(Error::new(ErrorKind::Throttled, message).with_source(error)));
        }
        self.due(now, delay, error);
    }

    fn due(&mut self, now: Moment, delay: Duration, failure: Error) {
        self.last_failure = Some(failure);
        self.state = Phase::Due(now.monotonic().saturating_add(delay));
    }
}
