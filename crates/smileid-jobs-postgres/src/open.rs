//! Connecting: a session with its settings, and the store's tables, made or known.

use core::time::Duration;
use std::collections::HashMap;

use futures_util::future::try_join3;
use smileid_jobs::{Limiter, Rate, StoreError, StoreErrorKind};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, IsolationLevel, NoTls, Row, Statement, Transaction};

use crate::address::{Address, Schema};
use crate::error::{Failed, UNREACHABLE};
use crate::tls;
use crate::value::{Value, bigint, text};

/// The version of the tables that this code reads and writes. A later one adds its own statements to [`MIGRATIONS`].
const VERSION: i32 = 1;
/// What makes a store of each version from the one before it.
const MIGRATIONS: [&str; VERSION as usize] = [include_str!("schema.sql")];
/// The oldest server that is tested.
const OLDEST_SERVER: i32 = 150_000;
/// How long a connection may take to be made, with its login.
const PATIENCE: Duration = Duration::from_secs(30);

/// Settings of each session. A machine that vanishes inside a transaction must not keep the others waiting for hours, and a
/// settlement is durable when it is recorded, even if the server's default is otherwise. Each statement has one good plan, by the
/// indexes: it is made once, and a table that is small at that moment must not make the server read it all each time.
const SETTINGS: &str = "
    set idle_in_transaction_session_timeout = '30s';
    set lock_timeout = '60s';
    set tcp_keepalives_idle = 15;
    set tcp_keepalives_interval = 5;
    set tcp_keepalives_count = 3;
    set client_min_messages = warning;
    set plan_cache_mode = force_generic_plan;
    set enable_seqscan = off;
    set jit = off;
    select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
";

/// A connection, and the task that moves its bytes.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// All answers up to this number are committed, or never will be.
    pub(crate) horizon: i64,
    /// When the latest callback that a run has seen made its job due.
    pub(crate) woken: Option<i64>,
    /// The server's process that the connection was made to.
    process: i32,
    /// What the server has parsed, by the statements' texts.
    statements: HashMap<&'static str, Statement>,
    pump: JoinHandle<()>,
}

impl Session {
    /// Returns what starts a transaction in which each statement sees what was committed before it, whatever the server's default is.
    ///
    /// It fails if this is another process of the server than at first. A pooler has changed it then, and there the names of this
    /// connection's statements may be those of another client's: its schema would be written to.
    pub(crate) fn begin(&self) -> String {
        let process = self.process;
        format!("begin isolation level read committed read write; select 1 / (pg_backend_pid() = {process})::int")
    }

    /// Runs a query of the run that returns a row, if any, in a transaction. All is sent at once.
    pub(crate) async fn read(
        &mut self,
        schema: &Schema,
        sql: &'static str,
        values: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Option<Row>, Failed> {
        let (values, types): (Vec<_>, Vec<_>) = values.iter().cloned().unzip();
        let statement = self.prepared(schema, sql, &types).await?;
        let (begin, client) = (self.begin(), &self.client);
        let ((), row, ()) = try_join3(
            client.batch_execute(&begin),
            client.query_opt(&statement, &values),
            client.batch_execute("commit"),
        )
        .await?;
        Ok(row)
    }

    /// Returns a statement of the run, which the server parses once for each connection. Call it outside of a transaction.
    pub(crate) async fn prepared(
        &mut self,
        schema: &Schema,
        sql: &'static str,
        types: &[Type],
    ) -> Result<Statement, Failed> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let (begin, text, client) = (self.begin(), schema.sql(sql), &self.client);
        let ((), statement, ()) =
            try_join3(client.batch_execute(&begin), client.prepare_typed(&text, types), client.batch_execute("commit"))
                .await?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

/// Connects, and makes the store if there is none.
pub(crate) async fn open(address: &Address) -> Result<Session, Failed> {
    let lost = || StoreError::new(StoreErrorKind::Lost, UNREACHABLE);
    timeout(PATIENCE, async {
        let mut session = connect(address).await?;
        session.process = session.client.query_typed_one("select pg_backend_pid()", &[]).await?.try_get(0)?;
        session.client.batch_execute(SETTINGS).await?;
        make(&mut session.client, &address.schema).await?;
        Ok(session)
    })
    .await
    .unwrap_or_else(|_| Err(lost().into()))
}

async fn connect(address: &Address) -> Result<Session, Failed> {
    let pump;
    let client;
    if address.config.get_ssl_mode() == SslMode::Disable {
        let (made, connection) = address.config.connect(NoTls).await?;
        (client, pump) = (made, tokio::spawn(async move { drop(connection.await) }));
    } else {
        let (made, connection) = address.config.connect(tls::connector(address.roots.as_deref())?).await?;
        (client, pump) = (made, tokio::spawn(async move { drop(connection.await) }));
    }
    Ok(Session { client, horizon: 0, woken: None, process: 0, statements: HashMap::new(), pump })
}

/// Starts a transaction in which each statement sees what was committed before it, whatever the server's default is.
pub(crate) async fn change(client: &mut Client) -> Result<Transaction<'_>, tokio_postgres::Error> {
    client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).read_only(false).start().await
}

/// Makes the tables unless they are there, or brings them to this version.
async fn make(client: &mut Client, schema: &Schema) -> Result<(), Failed> {
    if known(client, schema).await? == Some(VERSION) {
        return Ok(());
    }
    let sql = "select current_setting('server_version_num')::int, current_setting('server_encoding')";
    let server = client.query_typed_one(sql, &[]).await?;
    let (number, encoding): (i32, String) = (server.try_get(0)?, server.try_get(1)?);
    if number < OLDEST_SERVER {
        return Err(invalid("the store's server is too old: use PostgreSQL 15 or later").into());
    }
    if encoding != "UTF8" {
        return Err(
            invalid("the store's database has another encoding than UTF8: create one with encoding 'UTF8'").into()
        );
    }
    let change = change(client).await?;
    // Two workers that come first at the same time make it once. "SMJB", and the schema.
    change.query_typed("select pg_advisory_xact_lock(1397574210, hashtext($1))", &[text(&schema.as_str())]).await?;
    let found = known(change.client(), schema).await?;
    if found.is_none() {
        add_schema(&change, schema).await?;
    }
    let done = usize::try_from(found.unwrap_or(0)).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(done) {
        change.batch_execute(&schema.sql(migration)).await?;
    }
    if found.is_none() {
        let Limiter { spent_until, held_until, lowered_at, .. } = Limiter::new(Rate::DEFAULT);
        let sql = "insert into {s}.control (version, rate, spent_until, held_until, lowered_to, lowered_at) values ($1, $2, $3, $4, $2, $5)";
        let rate = Rate::DEFAULT.in_kilosecond().cast_signed();
        let values: [Value<'_>; 5] =
            [(&VERSION, Type::INT4), bigint(&rate), bigint(&spent_until), bigint(&held_until), bigint(&lowered_at)];
        change.execute_typed(&schema.sql(sql), &values).await?;
    } else {
        change.execute_typed(&schema.sql("update {s}.control set version = $1"), &[(&VERSION, Type::INT4)]).await?;
    }
    change.commit().await?;
    Ok(())
}

/// Returns the version of the store in the schema, if there is one, or says why there must not be one.
async fn known(client: &Client, schema: &Schema) -> Result<Option<i32>, Failed> {
    let not_a_store = || {
        let message = "the schema contains something other than a store: give another one by ?schema=NAME";
        StoreError::new(StoreErrorKind::NotAStore, message)
    };
    let sql = "select count(*), count(*) filter (where c.relname = 'control' and exists (select from pg_catalog.pg_attribute a \
               where a.attrelid = c.oid and a.attname = 'lowered_at')) \
               from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1";
    let row = client.query_typed_one(sql, &[text(&schema.as_str())]).await?;
    let (relations, ours): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if ours == 0 {
        return if relations == 0 { Ok(None) } else { Err(not_a_store().into()) };
    }
    let row = client.query_typed_opt(&schema.sql("select version from {s}.control"), &[]).await?;
    let version: i32 = row.ok_or_else(|| StoreError::damaged("the row of control is missing"))?.try_get(0)?;
    if version > VERSION {
        let message = "a newer version of this program made the store: use that version";
        return Err(StoreError::new(StoreErrorKind::Newer, message).into());
    }
    Ok(Some(version))
}

/// Makes the schema. One that is there may be used without the right to make others.
async fn add_schema(change: &Transaction<'_>, schema: &Schema) -> Result<(), Failed> {
    let sql = "select exists (select from pg_catalog.pg_namespace where nspname = $1)";
    let there: bool = change.query_typed_one(sql, &[text(&schema.as_str())]).await?.try_get(0)?;
    if !there {
        change.batch_execute(&schema.sql("create schema {s}")).await?;
    }
    Ok(())
}

fn invalid(message: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Invalid, message)
}
