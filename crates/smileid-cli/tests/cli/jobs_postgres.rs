//! `smileid jobs` over PostgreSQL: the whole of a backlog's life, on a server that the test starts.

use serde_json::Value;

use crate::common::{Ran, Run, Server, http};
use crate::jobs::approved;
use crate::postgres;

/// What `smileid jobs` printed with `--output json`.
fn json(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn a_backlog_is_imported_settled_exported_retried_and_purged() {
    let Some(database) = postgres::shared("a_backlog_is_imported_settled_exported_retried_and_purged") else { return };
    let address = database.url("postgres", "&schema=cli");
    let jobs = |arguments: &[&str]| Run::new(&["jobs"]).args(arguments).args(&["--store", &address]).credentials();
    let output = ["--output", "json"];

    let csv = "user_id,job_id,branch\ncanary-user,yes,Lagos\ncanary-user,unknown,Abuja\n";
    let imported = json(&jobs(&["import", "-"]).args(&output).input(csv.as_bytes()).run());
    assert_eq!((&imported["new"], &imported["known"]), (&2.into(), &0.into()));
    let imported = json(&jobs(&["import", "-"]).args(&output).input(csv.as_bytes()).run());
    assert_eq!((&imported["new"], &imported["known"]), (&0.into(), &2.into()));

    // One job is settled, of the other the service has never heard.
    let known = Server::start(|request, _| {
        if request.contains("unknown") {
            http(404, "", r#"{"code":"2304","error":"Job not found"}"#)
        } else {
            approved()
        }
    });
    let run = |base: &str| jobs(&["run", "--base-url", base, "--until", "settled"]).args(&output).run();
    let ran = run(&known.base);
    let ended: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&ended["settled"], known.requests()), (&1.into(), 2), "{}", ran.err);

    let counts = json(&jobs(&["status"]).args(&output).run());
    assert_eq!(counts["verdicts"]["approved"], 1);
    assert_eq!(counts["needs_you"], serde_json::json!({"not_found": 1}));
    assert_eq!(json(&jobs(&["rate", "20/s"]).args(&output).run())["rate"], 20);
    assert_eq!(json(&jobs(&["status"]).args(&output).run())["rate"], 20);

    let exported = jobs(&["export"]).args(&output).run();
    let row = json(&exported);
    assert_eq!(
        (&row["job_id"], &row["branch"], &row["verdict"], &row["proof"]),
        (&"yes".into(), &"Lagos".into(), &"approved".into(), &"hmac".into())
    );
    let cursor: Value = serde_json::from_str(&exported.err).unwrap();

    // The service knows the other one by now.
    assert_eq!(json(&jobs(&["retry", "--failed=not_found"]).args(&output).run())["retried"], 1);
    let later = Server::start(|_, _| approved());
    let ran = run(&later.base);
    assert_eq!((ran.code, later.requests()), (0, 1), "{}", ran.err);
    let since = jobs(&["export", "--format", "csv", "--since", cursor["cursor"].as_str().unwrap()]).run();
    let rows: Vec<&str> = since.out.lines().collect();
    assert_eq!(rows.len(), 2, "{}", since.out);
    assert!(rows[1].starts_with("canary-user,unknown,Abuja,approved,"), "{}", since.out);

    assert_eq!(json(&jobs(&["purge", "--older-than", "1d"]).args(&output).run())["purged"], 0);
    assert_eq!(json(&jobs(&["purge", "--older-than", "1ms"]).args(&output).run())["purged"], 2);
    let counts = json(&jobs(&["status"]).args(&output).run());
    assert_eq!((&counts["waiting"], &counts["settled"]), (&0.into(), &0.into()));

    // Another partner's jobs do not go into this store, and a password is never shown.
    let other =
        jobs(&["run", "--base-url", &later.base, "--until", "settled", "--partner-id", "024"]).args(&output).run();
    assert_eq!(other.failure(), ("invalid_input".to_owned(), 2));
    let lost = format!("postgres://canary:canary-word@/none?host={}/none", database.data().display());
    let lost = Run::new(&["jobs", "status", "--store", &lost]).args(&output).run();
    assert_eq!(lost.failure().0, "transport");
}
