//! TLS to the server: verified, or no connection.

use smileid_jobs::StoreErrorKind;
use smileid_jobs_postgres::BlockingPostgresStore;

use crate::admin::Admin;
use crate::errors::refused;
use crate::server::Server;

#[test]
fn tls_is_verified_or_there_is_no_connection() {
    let Some(mut server) = Server::make("tls_is_verified_or_there_is_no_connection") else { return };
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = server.write("server.pem", &made.cert.pem());
    let key = server.write("server.key", &made.signing_key.serialize_pem());
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = server.write("other.pem", &other.cert.pem());
    server.listen(&[
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", certificate.display()),
        format!("ssl_key_file={}", key.display()),
    ]);
    server.run();
    let admin = Admin::connect(&server, "postgres").unwrap();
    let encrypted = "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'smileid-jobs' and ssl";
    let connect = |host: &str, options: &str| {
        let url = format!("postgres://postgres@{host}:{}/postgres?{options}", server.port());
        BlockingPostgresStore::connect(url.parse()?)
    };
    let root = format!("&sslrootcert={}", certificate.display());
    for mode in ["prefer", "require", "verify-ca", "verify-full"] {
        let store = connect("localhost", &format!("sslmode={mode}{root}")).unwrap();
        assert_eq!(admin.number(encrypted), 1, "{mode}");
        drop(store);
        // Another root, the system's roots, and another name.
        let other = format!("sslmode={mode}&sslrootcert={}", other.display());
        refused(connect("localhost", &other), StoreErrorKind::Invalid, &[]);
        refused(connect("localhost", &format!("sslmode={mode}")), StoreErrorKind::Invalid, &[]);
        refused(connect("127.0.0.1", &format!("sslmode={mode}{root}")), StoreErrorKind::Invalid, &[]);
    }
    let _plain = connect("localhost", "sslmode=disable").unwrap();
    assert_eq!(admin.number(encrypted), 0);
    let missing = "sslmode=require&sslrootcert=/no/such/file.pem";
    refused(connect("localhost", missing), StoreErrorKind::Invalid, &["/no/such"]);
    refused(
        connect("localhost", &format!("sslmode=require&sslrootcert={}", key.display())),
        StoreErrorKind::Invalid,
        &[],
    );
}

#[test]
fn a_server_without_tls_is_refused_if_tls_is_required() {
    let Some(mut server) = Server::make("a_server_without_tls_is_refused_if_tls_is_required") else { return };
    server.listen(&["ssl=off".to_owned()]);
    server.run();
    let connect = |mode: &str| {
        let url = format!("postgres://postgres@localhost:{}/postgres?sslmode={mode}", server.port());
        BlockingPostgresStore::connect(url.parse()?)
    };
    refused(connect("require"), StoreErrorKind::Invalid, &[]);
    drop(connect("prefer").unwrap());
    drop(connect("disable").unwrap());
}
