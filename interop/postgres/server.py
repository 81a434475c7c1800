"""A PostgreSQL server in a folder for temporary files, on a Unix socket, for what is tried from Python."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("initdb", "postgres", "pg_ctl")
PATIENCE = 60


def programs():
    """The folder of the server's programs: the variable's, else of the newest version; None if there is none."""
    if named := os.environ.get("SMILEID_TEST_POSTGRES_BIN"):
        return pathlib.Path(named)
    versions = pathlib.Path("/usr/lib/postgresql").glob("*/bin")
    versions = sorted(versions, key=lambda folder: float(folder.parent.name))
    on_path = [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    has_all = [folder for folder in [*reversed(versions), *on_path] if all((folder / name).is_file() for name in PROGRAMS)]
    return has_all[0] if has_all else None


class Postgres:
    """A running server; `url` is its address. It trusts every local user."""

    def __init__(self):
        self.programs = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="smileid-pg-"))
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        self.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D", self.data)
        settings = ["fsync=off", "listen_addresses=", "max_connections=60", "unix_socket_permissions=0777"]
        arguments = [self.programs / "postgres", "-D", self.data, "-k", self.folder]
        arguments += [argument for setting in settings for argument in ("-c", setting)]
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(arguments, user=self.user, cwd=self.folder, stdout=self.log, stderr=self.log)
        self.folder.chmod(0o755)
        ends = time.monotonic() + PATIENCE
        while not self.is_ready():
            assert time.monotonic() < ends and self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)
        self.url = f"postgres://postgres@/postgres?host={self.folder}"

    @property
    def data(self):
        return self.folder / "data"

    def run(self, program, *arguments):
        subprocess.run([self.programs / program, *arguments], user=self.user, cwd=self.folder, check=True, capture_output=True)

    def is_ready(self):
        """Whether the server says so in its file, as `pg_ctl` reads it."""
        file = self.data / "postmaster.pid"
        lines = file.read_text().splitlines() if file.exists() else []
        return len(lines) > 7 and lines[7].strip() == "ready"

    def close(self):
        try:
            self.run("pg_ctl", "stop", "-m", "immediate", "-D", self.data)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)
