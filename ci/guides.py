"""Types what the pages of documentation say to type, and compares what comes with what they show; `…` stands for anything.

    guides.py               every `console` block of every page, each page in a shell and with a sandbox of its own
    guides.py --first-call  the steps of docs/guide/first-call.md, from an empty folder to a verified answer, with the time they take; then
                            the program of README.md, as it is there

Comments above a block: `<!-- run: COMMAND -->` types something that is not shown; `<!-- not run: REASON -->` leaves a block out;
`<!-- guide: NAME -->` marks a step of the first call; `<!-- needs: postgres -->` types a block if there is PostgreSQL, whose server has
the address that the block shows.
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "interop/postgres"))

import server as postgres  # noqa: E402: it is in another folder

PROGRAMS = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
FIRST_CALL = "docs/guide/first-call.md"
MARK = "\x1e"
# A page names a database's address too.
DATABASE = re.compile(r"postgres://[^\s?]+")
# A page names an address; here servers listen on free ports.
ADDRESS = re.compile(r"(?<=://)127\.0\.0\.1:\d+")
SCENARIO = """
jobs = [
    { user_id = "user-7", job_id = "job-7", stages = ["pending 1", "approved"] },
    { user_id = "user-7", job_id = "loan-7", product = "biometric_kyc", stages = ["id_leg 1", "approved"] },
]
"""


def items(page):
    """`(line, kind, text, notes)` of each block and each `run` note, in order; a block's kind is its language."""
    notes, block = {}, None
    for number, line in enumerate(page.splitlines(), 1):
        if block:
            if line.strip() == "```":
                yield block[0], block[1], "\n".join(block[2]), notes
                notes, block = {}, None
            else:
                block[2].append(line[block[3]:] if not line[: block[3]].strip() else line.lstrip())
        elif note := re.match(r"\s*<!-- (run|not run|guide|needs): ?(.*?) ?-->\s*$", line):
            if note[1] == "run":
                yield number, "run", note[2], {}
            else:
                notes[note[1]] = note[2]
        elif fence := re.match(r"(\s*)```(\w*)", line):
            # The doctests leave out what is marked so.
            block = (number, "text" if ",ignore" in line else fence[2], [], len(fence[1]))


def commands(block):
    """Each command with what is shown to follow it; a backslash at the end of a line goes on with the command."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        typed, *shown = re.match(r"((?:.*\\\n)*.*)\n?((?:.|\n)*)", part).groups()
        yield typed, shown[0].rstrip("\n").split("\n") if shown[0] else []


def shows(shown, lines):
    """Whether the lines are what a page shows."""
    pattern = "".join("(?:.*\n)*" if line.strip() == "…" else re.escape(line).replace("…", ".*") + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in lines))


class Terminal:
    """A shell that keeps what was exported, and the servers that run beside it until it is closed."""

    def __init__(self, folder, path=""):
        ours = ("SMILEID_", "CARGO_PKG", "CARGO_MANIFEST", "RUST_LOG", "NO_COLOR")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment |= {"TERM": "dumb", "PATH": f"{path}{os.environ['PATH']}"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self.folder, self.servers, self.addresses = folder, 0, {}
        self.shell = subprocess.Popen(["sh"], cwd=folder, env=environment, text=True, start_new_session=True, **pipes)

    def close(self):
        os.killpg(self.shell.pid, signal.SIGKILL)
        self.shell.wait()

    def run(self, command):
        """What it printed, line by line, and its exit."""
        self.shell.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '\\n{MARK}%s\\n' \"$?\"\n")
        self.shell.stdin.flush()
        lines = []
        for line in self.shell.stdout:
            if line.startswith(MARK):
                return lines[:-1] if lines and not lines[-1] else lines, int(line[1:])
            lines.append(line.rstrip("\n"))
        raise EOFError("the shell ended")

    def serve(self, command, shown, listen=""):
        """Starts a server and waits until it printed what is shown; its address is the one that the page shows."""
        self.servers += 1
        file = self.folder / f".served-{self.servers}"
        self.run(f"{command} >{file} 2>&1 &")
        for _ in range(9000):
            lines = file.read_text().splitlines() if file.exists() else []
            told = ADDRESS.search("\n".join(lines))
            if told and len(lines) > 1:
                if page := ADDRESS.search("\n".join(shown)):
                    listen = page[0]
                self.addresses[listen] = told[0]
                if all(line == "…" or any(shows([line], [self.paged(line_)]) for line_ in lines) for line in shown):
                    return told[0]
            time.sleep(0.1)
        raise AssertionError(f"it only printed: {lines}")

    def paged(self, line):
        for page, here in self.addresses.items():
            line = line.replace(here, page)
        return line

    def type(self, block, literally=False):
        for typed, shown in commands(block):
            if not literally:
                if typed.startswith("cargo xtask "):
                    continue
                typed = typed.replace("cargo run --bin smileid -- ", "smileid ")
            if re.match(r"(smileid|cargo run --bin smileid --) sandbox", typed):
                listen = re.search(r"--listen (127.0.0.1:\d+)", typed)
                free = re.sub(r"--listen 127.0.0.1:\d+", "--listen 127.0.0.1:0", typed).removesuffix(" &")
                self.serve(free, shown, listen[1] if listen else "")
                continue
            for page, here in self.addresses.items():
                typed = typed.replace(page, here)
            lines, status = self.run(typed)
            may_fail = shown and shown[-1].startswith("smileid: ")
            right = not shown or shows(shown, [self.paged(line) for line in lines])
            assert right and (status == 0 or may_fail), f"`{typed}` ended with {status} and printed:\n" + "\n".join(lines)


def page(path, doctests):
    """Tries a page; yields what is wrong with it."""
    found = list(items((ROOT / path).read_text()))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        terminal = stack.enter_context(contextlib.closing(Terminal(pathlib.Path(folder), f"{PROGRAMS}:")))
        (terminal.folder / "sandbox.toml").write_text(SCENARIO)
        if any(kind == "console" for _, kind, _, _ in found):
            terminal.run(f"export SANDBOX=http://{terminal.serve('smileid sandbox --scenario sandbox.toml', [])}/v1")
            terminal.addresses.clear()
        for line, kind, text, notes in found:
            try:
                if "needs" in notes:
                    assert notes["needs"] == "postgres", f"`{notes['needs']}` is unknown"
                    if not postgres.programs():
                        print(f"skipped: {path}:{line}: there is no PostgreSQL")
                        continue
                    database = stack.enter_context(contextlib.closing(postgres.Postgres()))
                    terminal.addresses[DATABASE.search(text)[0]] = database.url
                if "not run" in notes:
                    assert notes["not run"], "`not run` has no reason"
                elif kind == "run":
                    assert terminal.run(text)[1] == 0, f"`{text}` failed"
                elif kind == "console" and "guide" not in notes:
                    terminal.type(text)
                elif kind == "rust":
                    own = (ROOT / path).parent / "src/lib.rs"
                    own = own.exists() and 'include_str!("../README.md")' in own.read_text()
                    assert own or f'"../../{path}"' in doctests, "the page is among no doctests: see tests/src/lib.rs"
                elif kind in ("toml", "json"):
                    (tomllib.loads if kind == "toml" else json.loads)(text)
                else:
                    assert kind in ("console", "text"), f"nothing tries `{kind}`: say why in a `not run` above"
            except (AssertionError, EOFError, ValueError) as wrong:
                yield f"{path}:{line}: {wrong}"


def first_call(name):
    """One road of the first call, literally; the project is made beside a link to this clone."""
    marked = {notes["guide"]: text for _, _, text, notes in items((ROOT / FIRST_CALL).read_text()) if "guide" in notes}
    file = next(key for key in marked if key.startswith(f"{name}, src/"))
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "smileid").symlink_to(ROOT)
        server, terminal = (stack.enter_context(contextlib.closing(Terminal(folder))) for _ in range(2))
        server.type(marked["sandbox"], literally=True)
        terminal.addresses = server.addresses
        start = time.monotonic()
        terminal.type(marked[f"{name}, make"], literally=True)
        program = pathlib.Path(terminal.run("pwd")[0][0]) / file.split(", ")[1]
        program.write_text(marked[file])
        terminal.type(marked[f"{name}, run"], literally=True)
        lines = len([line for line in marked[file].splitlines() if line])
        print(f"{name}: {lines} lines of code; {time.monotonic() - start:.1f} s from an empty folder to the answer")
        if name == "blocking":
            program.write_text(next(text for _, kind, text, _ in items((ROOT / "README.md").read_text()) if kind == "rust"))
            job = json.dumps({"user_id": "user-7", "job_id": "job-7", "stages": ["approved"]})
            terminal.run(f"curl -sf -H 'content-type: application/json' -d '{job}' ${{SMILEID_BASE_URL%/v1}}/sandbox/jobs")
            lines, status = terminal.run("cargo run --quiet")
            assert (lines, status) == (["open the account"], 0), f"the README's program ended with {status} and printed: {lines}"


def main():
    if sys.argv[1:] == ["--first-call"]:
        return [first_call(name) for name in ("blocking", "async")] and 0
    doctests = (ROOT / "tests/src/lib.rs").read_text()
    listed = subprocess.run(["git", "ls-files", "README.md", "docs/*.md", "crates/*.md"], cwd=ROOT, capture_output=True, text=True)
    wrong = [what for path in listed.stdout.split() for what in page(path, doctests)]
    print("\n".join(wrong) or f"{len(listed.stdout.split())} pages are as they say")
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main())
