//! What a session asks of the job status API: each attempt signed anew, each reply judged. When to ask is the course's.

use core::time::Duration;

use super::course::{Ask, Judged, Prepared};
use super::judge;
use super::{Answer, Config, State};
use crate::error::Error;
use crate::message::Response;
use crate::mix::mix_text;
use crate::policy::signed_at;
use crate::request::{self, JobStatusQuery};
use crate::signature::RecentInstants;
use crate::time::Moment;
use crate::transport::TransportError;

/// The question of a [`Session`](super::Session).
#[derive(Debug)]
pub(super) struct JobStatusAsk {
    query: JobStatusQuery,
    recent: RecentInstants,
}

impl JobStatusAsk {
    pub(super) fn new(query: JobStatusQuery) -> Self {
        Self { query, recent: RecentInstants::default() }
    }

    pub(super) const fn query(&self) -> &JobStatusQuery {
        &self.query
    }
}

impl Ask for JobStatusAsk {
    type Answer = Answer;

    fn prepare(&mut self, config: &Config, now: Moment, timeout: Duration) -> Prepared {
        let config = config.inner();
        let authorization = config.signer.authorize_request(signed_at(now), &mut self.recent);
        Prepared::Send(request::signed(
            &config.url,
            config.signer.partner_id(),
            &self.query,
            &authorization,
            timeout,
            config.decode.max_bytes(),
        ))
    }

    fn judge(&mut self, config: &Config, now: Moment, reply: Result<Response, TransportError>) -> Judged<Answer> {
        match judge::judge(config.inner(), &self.query, now, reply) {
            Ok(answer) => Judged::Answered(answer),
            Err(error) => Judged::Failed(error),
        }
    }

    fn state(answer: &Answer) -> State {
        answer.state()
    }

    fn seed(&self) -> u64 {
        mix_text(mix_text(0, self.query.user_id()), self.query.job_id())
    }

    fn with_last(error: Error, last: Answer) -> Error {
        match last {
            Answer::Pending(pending) => error.with_last_answer(pending),
            Answer::Final(_) => error,
        }
    }
}
