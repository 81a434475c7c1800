//! What tests do with a server's databases: stores in them, and statements past the store.

use smileid_jobs_postgres::{Address, BlockingPostgresStore};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};

use crate::server::Server;

impl Server {
    pub(crate) fn store(&self, database: &str, options: &str) -> BlockingPostgresStore {
        let address: Address = self.url(database, options).parse().unwrap();
        BlockingPostgresStore::connect(address).unwrap()
    }

    /// Makes a database.
    pub(crate) fn database(&self, name: &str) {
        Admin::connect(self, "postgres").unwrap().run(&format!("create database {name}"));
    }
}

/// A connection past the store.
pub(crate) struct Admin {
    client: Client,
    runtime: Runtime,
}

impl Admin {
    pub(crate) fn connect(server: &Server, database: &str) -> Result<Self, tokio_postgres::Error> {
        Self::of(&server.url(database, ""))
    }

    /// Connects to an address.
    pub(crate) fn of(address: &str) -> Result<Self, tokio_postgres::Error> {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(address, NoTls))?;
        runtime.spawn(async move { drop(connection.await) });
        Ok(Self { client, runtime })
    }

    pub(crate) fn run(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap();
    }

    /// Returns the number that a query returns.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.runtime.block_on(self.client.query_one(sql, &[])).unwrap().get(0)
    }
}
