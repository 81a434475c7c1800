//! A scenario played: a fault server, a client over the transport, sleeps skipped. What must come of it is in the table.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use smileid_core::{
    ApiKey, AsyncClient, AsyncTransport, BaseUrl, Client, Config, Credentials, Error, JobStatusQuery, OutcomeKind,
    PartnerId, State, Transport, WaitPolicy,
};
use smileid_sandbox::faults::FaultServer;

use super::script;
use super::{How, Scenario, Strikes};
use crate::Hurried;

/// How a stall is soon over.
const IMPATIENT: Duration = Duration::from_millis(200);
/// The same if an attempt after it is to succeed, even on a busy machine.
const IMPATIENT_AND_FAIR: Duration = Duration::from_secs(2);
/// How long a wait lasts, in virtual time.
const WAIT: Duration = Duration::from_secs(10);
/// How long the end of sockets is awaited: far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// So that a scripted scenario has a URL. Nothing is sent there.
const NOWHERE: &str = "https://scripted.invalid/v1";

/// What a transport must be made for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Setup<'s> {
    /// The one authority to trust, as PEM text, if the scenario is one of TLS.
    pub ca_pem: Option<&'s str>,
    /// Whether gzip is to be asked for.
    pub gzip: bool,
}

/// What became of a scenario.
#[derive(Debug)]
#[non_exhaustive]
pub struct Played {
    /// What came of it.
    pub outcome: OutcomeKind,
    /// How many requests the call or wait sent.
    pub requests: u32,
    /// The error, if there was one.
    pub error: Option<Error>,
    server: Option<FaultServer>,
}

impl Scenario {
    /// Plays the scenario on real sockets over the transport that `make` makes. Sleeps are skipped.
    ///
    /// # Errors
    /// Fails if the fault server cannot be started on this machine.
    pub fn play<T: Transport>(&self, strikes: Strikes, make: impl FnOnce(&Setup<'_>) -> T) -> std::io::Result<Played> {
        let server = self.server(strikes)?;
        let attempts = Attempts::default();
        let config =
            self.config(&server.base_url(), server.credentials(), strikes, &attempts).map_err(std::io::Error::other)?;
        let client = Client::new(Hurried::new(make(&self.setup(&server))), config);
        let outcome = self.run(&client);
        drop(client);
        Ok(Played::new(outcome, &attempts, Some(server)))
    }

    /// Plays it over an async transport, under the runtime it needs.
    ///
    /// # Errors
    /// Fails if the fault server cannot be started on this machine.
    pub async fn play_async<T: AsyncTransport>(
        &self,
        strikes: Strikes,
        make: impl FnOnce(&Setup<'_>) -> T,
    ) -> std::io::Result<Played> {
        let server = self.server(strikes)?;
        let attempts = Attempts::default();
        let config =
            self.config(&server.base_url(), server.credentials(), strikes, &attempts).map_err(std::io::Error::other)?;
        let client = AsyncClient::new(Hurried::new(make(&self.setup(&server))), config);
        let outcome = self.run_async(&client).await;
        drop(client);
        Ok(Played::new(outcome, &attempts, Some(server)))
    }

    /// Plays the scenario in virtual time, over a script of what a transport that keeps the contract makes of the fault.
    #[must_use]
    pub fn play_scripted(&self, strikes: Strikes) -> Played {
        let attempts = Attempts::default();
        let outcome = credentials().and_then(|credentials| {
            let config = self.config(NOWHERE, &credentials, strikes, &attempts)?;
            self.run(&Client::new(script::of(*self, strikes, credentials), config))
        });
        Played::new(outcome, &attempts, None)
    }

    /// Plays it over the script as an async transport.
    pub async fn play_scripted_async(&self, strikes: Strikes) -> Played {
        let attempts = Attempts::default();
        let client = credentials().and_then(|credentials| {
            let config = self.config(NOWHERE, &credentials, strikes, &attempts)?;
            Ok(AsyncClient::new(script::of(*self, strikes, credentials), config))
        });
        let outcome = match client {
            Ok(client) => self.run_async(&client).await,
            Err(error) => Err(error),
        };
        Played::new(outcome, &attempts, None)
    }

    fn run<T: Transport>(&self, client: &Client<T>) -> Result<State, Error> {
        match self.how {
            How::Wait => client.wait_with(query()?, WaitPolicy::DEFAULT.with_deadline(WAIT)).map(|_| State::Final),
            How::SecondCall => {
                client.job_status(query()?)?;
                client.job_status(query()?).map(|answer| answer.state())
            }
            _ => client.job_status(query()?).map(|answer| answer.state()),
        }
    }

    async fn run_async<T: AsyncTransport>(&self, client: &AsyncClient<T>) -> Result<State, Error> {
        match self.how {
            How::Wait => {
                client.wait_with(query()?, WaitPolicy::DEFAULT.with_deadline(WAIT)).await.map(|_| State::Final)
            }
            How::SecondCall => {
                client.job_status(query()?).await?;
                client.job_status(query()?).await.map(|answer| answer.state())
            }
            _ => client.job_status(query()?).await.map(|answer| answer.state()),
        }
    }

    fn server(&self, strikes: Strikes) -> std::io::Result<FaultServer> {
        let builder = FaultServer::builder(self.fault);
        match strikes {
            Strikes::Always => builder.start(),
            Strikes::Once => builder.first(1).start(),
        }
    }

    fn setup<'s>(&self, server: &'s FaultServer) -> Setup<'s> {
        Setup { ca_pem: server.ca_pem(), gzip: self.how == How::GzipCall }
    }

    fn config(
        &self,
        base_url: &str,
        credentials: &Credentials,
        strikes: Strikes,
        attempts: &Attempts,
    ) -> Result<Config, Error> {
        let config = Config::new(credentials, &BaseUrl::parse(base_url)?.into()).with_jitter_seed(7);
        let attempts = attempts.clone();
        let config = config.with_observer(move |attempt| attempts.0.store(attempt.number, Ordering::SeqCst));
        Ok(match (self.how, strikes) {
            (How::ImpatientCall, Strikes::Always) => config.with_attempt_timeout(IMPATIENT),
            (How::ImpatientCall, Strikes::Once) => config.with_attempt_timeout(IMPATIENT_AND_FAIR),
            _ => config,
        })
    }
}

impl Played {
    fn new(outcome: Result<State, Error>, attempts: &Attempts, server: Option<FaultServer>) -> Self {
        let (outcome, error) = match outcome {
            Ok(state) => (OutcomeKind::from(state), None),
            Err(error) => (OutcomeKind::Failed(error.kind()), Some(error)),
        };
        Self { outcome, requests: attempts.0.load(Ordering::SeqCst), error, server }
    }

    /// Checks that it is what the table says, and that nothing is left behind: no socket still open, no redirect followed.
    ///
    /// It blocks until all sockets are closed. An async transport's runtime must have run on until then, or be gone.
    ///
    /// # Errors
    /// What is not so, in words.
    pub fn check(&self, scenario: &Scenario, strikes: Strikes) -> Result<(), String> {
        let (outcome, (least, most)) = match strikes {
            Strikes::Always => (scenario.outcome, scenario.requests),
            Strikes::Once => (OutcomeKind::Final, scenario.once.map_or((0, u32::MAX), |once| (once, once))),
        };
        let fault = scenario.fault;
        if self.outcome != outcome || !(least..=most).contains(&self.requests) {
            let Self { outcome: seen, requests, error, .. } = self;
            return Err(format!(
                "{fault}: {outcome} in {least} to {most} requests, but {seen} in {requests}: {error:?}"
            ));
        }
        let Some(server) = &self.server else { return Ok(()) };
        if server.strays() > 0 {
            return Err(format!("{fault}: a redirect was followed"));
        }
        if !server.all_closed_within(PATIENCE) {
            return Err(format!("{fault}: a socket is still open"));
        }
        Ok(())
    }
}

/// The number of the latest attempt.
#[derive(Debug, Clone, Default)]
struct Attempts(Arc<AtomicU32>);

fn query() -> Result<JobStatusQuery, Error> {
    Ok(JobStatusQuery::new("user-7", "job-7")?)
}

/// As a fault server's own: with a previous key.
fn credentials() -> Result<Credentials, Error> {
    let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("conformance")?);
    Ok(credentials.with_previous_api_key(ApiKey::new("conformance before")?))
}
