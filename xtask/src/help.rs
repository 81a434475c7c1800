//! `cargo xtask help`: what each task does. It runs nothing.

const HELP: &str = "\
cargo xtask TASK

  test [-- ARGS]                     every test of the workspace, doctests too; ARGS go to cargo test
  ci                                 the gate: test, fmt, clippy, docs, tidy, core without std, and three fuzz targets for a short time
  nightly [STEP]…                    everything else, or only the steps named
  tidy                               the rules of the house that no compiler knows: layers, names, lengths, drivers
  fuzz [TARGET]… [--seconds N]        each fuzz target, or those named, for N seconds (default 20)
  bench [json|sign|call|wait|build|start] [--quick] [--no-run] [--record]
                                     us beside the peers; --no-run only builds, --record writes docs/benchmarks.md
  examples [EXAMPLE]…                each example, or the ones named, as a process against `smileid sandbox`
  guides [--quick]                   the pages of documentation followed literally: what is typed on them, and with no --quick the
                                     first call from an empty folder to a verified answer
  picture [--check]                  the README's pictures of the terminal, drawn from what the command prints; or whether they
                                     are that
  peers [PEER]…                      the official clients against the sandbox, its OpenAPI document, its page in Chromium;
                                     `peers throughput` measures it, in release
  help                               this text

What a task needs and lacks (cargo-fuzz, a nightly toolchain, a target, a component) it installs; what cannot
be had is named and the step skipped. A failed step makes the exit code 1, a mistake in the arguments 2.
";

pub(crate) fn run(rest: &[String]) -> Result<(), String> {
    crate::no_arguments("help", rest)?;
    print!("{HELP}");
    Ok(())
}
