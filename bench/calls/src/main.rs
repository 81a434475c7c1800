//! Signing, whole calls and many waits, each beside its peers in the same run: medians of interleaved rounds, printed as Markdown.
//! Run it through `cargo xtask bench`; it judges nothing.

mod alloc;
mod by_hand;
mod call;
mod measure;
mod server;
mod sign;
mod tls;
mod wait;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => server::serve(false),
        ["serve", "--apart"] => server::serve(true),
        ["sign"] => sign::run(),
        ["call"] => call::run(20),
        ["call", "--quick"] => call::run(5),
        // For a tool that counts instructions: so many of one thing, and nothing printed.
        ["count", "sign", name, count] => sign::sign(name, count.parse().unwrap()),
        ["count", "call", name, count] => call::Parties::start(true).call(name, 1, count.parse().unwrap()),
        ["tls", base_url, key_file, ca_file, calls, in_flight] => {
            tls::run(base_url, key_file, ca_file, calls.parse().unwrap(), in_flight.parse().unwrap());
        }
        ["wait"] => wait::run(&[1_000, 10_000, 100_000]),
        ["wait", "--quick"] => wait::run(&[1_000, 10_000]),
        _ => {
            eprintln!("one of: sign | call [--quick] | wait [--quick]");
            std::process::exit(2);
        }
    }
}
