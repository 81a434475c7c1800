//! A service over actix-web that takes Smile ID callbacks: `POST /smileid/callback`. What is done with one is in `intake`.
//!
//! Configured by the environment: `LISTEN` (default 127.0.0.1:3000), and the `SMILEID_…` variables that every client takes.

use std::env;
use std::error::Error;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::{App, FromRequest as _, HttpRequest, HttpResponse, HttpServer, post, web};
use intake::{Headers, Intake};
use smileid::Client;

/// Callbacks of 1.5 MB occur, with images in them; actix-web's own limit is 256 KiB.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How many are read at a time by each worker, each of which may hold `MAX_BODY` bytes of memory.
const AT_A_TIME: usize = 32;
/// Reading and checking callbacks is all that workers do.
const WORKERS: usize = 2;
/// How long the head of a request may take, and then its body.
const ARRIVAL: Duration = Duration::from_secs(10);
/// How long the questions under way get when the service is asked to stop.
const DRAIN: Duration = Duration::from_secs(25);

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_ansi(false).init();
    // The task runs here and not on a worker, whose runtime ends with it.
    let (intake, task) = Intake::start(Client::from_env()?);
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let app = move || {
        let limit = web::PayloadConfig::new(MAX_BODY);
        App::new().app_data(web::Data::new(intake.clone())).app_data(limit).service(callback)
    };
    let server = HttpServer::new(app)
        .workers(WORKERS)
        .max_connections(AT_A_TIME)
        .client_request_timeout(ARRIVAL)
        // Plain http: TLS is the proxy's in front. Callbacks need https.
        .bind(address)?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    // Ends on Ctrl-C, and on what a supervisor sends, once the requests under way are answered.
    server.run().await?;
    tokio::time::timeout(DRAIN, task).await??;
    println!("stopped");
    Ok(())
}

#[post("/smileid/callback")]
async fn callback(intake: web::Data<Intake>, request: HttpRequest, body: web::Payload) -> HttpResponse {
    // `Bytes` inflates a body that a gateway compressed, and counts what comes out; a `Payload` that is read as it is does neither. It
    // is extracted here so that the time it takes is bounded.
    let mut body = body.into_inner();
    let status = match tokio::time::timeout(ARRIVAL, web::Bytes::from_request(&request, &mut body)).await {
        Ok(Ok(body)) => {
            let headers = Headers::read(|name| request.headers().get(name).map(HeaderValue::as_bytes));
            intake.take(body.into(), headers).status()
        }
        Ok(Err(error)) => error.as_response_error().status_code().as_u16(),
        Err(_) => 408,
    };
    HttpResponse::new(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}
