"""A portal of its own for tests of real processes: database, keys, files, web, worker.

What differs from a portal in service is set by environment variables alone. The processes connect
as the runtime role and are started like those of ``manage.py demo``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
from kombu import Connection

from config.celery import QUEUE, app, broker_options, task_queues
from config.demo.processes import Family, Process, answers, free_port, log_says
from config.keys import NAMES

if TYPE_CHECKING:
    from tests.journeys import World

ROOT = Path(__file__).resolve().parents[1]
# As in config/demo/running.py.
WEB = ("--threads", "4", "--timeout", "60", "--graceful-timeout", "10", "--no-control-socket")
PEOPLE = ("-c", "python:config.web_server")  # as people are served behind a proxy
WORKER = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")

CALL = """
import importlib, json, sys, django
django.setup()
module, name = sys.argv[1:]
print(json.dumps(getattr(importlib.import_module(module), name)(), default=str))
"""


def install() -> None:
    """Make tables and queue and set the runtime role's rights, as the owner of the database."""
    from django.core.management import call_command

    for command in ("migrate", "grant_runtime"):
        call_command(command, verbosity=0, stdout=sys.stderr)


def quick_world() -> World:
    """Make the people, cameras and law of the tests; nobody signs in, so no slow password hash."""
    from django.test import override_settings

    from tests.journeys import world

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return world()


class ScratchPortal:
    """One portal under a database name; ``create`` first, ``remove`` at the end."""

    def __init__(self, name: str, folder: Path, *, owner_url: str, runtime_url: str) -> None:
        self.name, self.folder = name, folder
        self._server_urls = owner_url, runtime_url
        self.owner_url = _renamed(owner_url, name)
        self.runtime_url = _renamed(runtime_url, name)
        self.port = free_port(0)
        self.origin = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.runtime_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "PORTAL_DATABASE_ROLE": "",
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_ORIGIN": self.origin,
            "CELERY_BROKER_URL": "pgmq://database",
            "REVIEW_SAMPLING": "none",  # no case waits for a second look that chance has drawn
            "CELERY_SKIP_CHECKS": "1",  # a page that fails its check is another test's business
        } | {key: f"scratch-{key}-{'0' * 32}" for key in NAMES}
        self._running: dict[str, Family] = {}

    def create(self) -> None:
        """Make the database as the owner: tables, queue, rights of the runtime role."""
        self._drop()
        with psycopg.connect(self._server_urls[0], autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self.name}"')
        self.call("tests.scratch", "install", PORTAL_DATABASE_ROLE="owner")

    def remove(self) -> None:
        """Stop what runs and drop the database."""
        for name in list(self._running):
            self.stop(name)
        self._drop()

    def owner(self) -> psycopg.Connection[Any]:
        """Connect as the owner, in autocommit: what a test looks at is what is committed."""
        return psycopg.connect(self.owner_url, autocommit=True)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query as they are committed now."""
        with self.owner() as connection:
            return connection.execute(statement).fetchall()

    def count(self, table_and_condition: str) -> int:
        """Count rows: ``"cameras_delivery"`` or ``"cameras_delivery WHERE …"``."""
        return int(self.rows(f"SELECT count(*) FROM {table_and_condition}")[0][0])

    def call(self, module: str, name: str, **environment: str) -> Any:
        """Call a function inside this portal, in a process of its own; its result as JSON."""
        done = subprocess.run(
            [sys.executable, "-c", CALL, module, name],
            cwd=ROOT,
            env=dict(os.environ) | self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def send(self, task: str, *arguments: Any) -> None:
        """Send a task to the workers by its name, as beat does."""
        options = broker_options("pgmq://database", self.runtime_url, visibility_timeout=60)
        with Connection("pgmq://database", transport_options=options) as connection:
            queue = task_queues("pgmq://database")[0]
            app.send_task(task, arguments, connection=connection, queue=queue)

    def waiting(self) -> int:
        """Count the messages in the queue, taken or not."""
        return self.count(f"pgmq.q_{QUEUE}")

    def ensure_web(self, workers: int = 1) -> None:
        """Start the web server at our origin, unless it runs, and wait until it answers."""
        if "web" not in self._running:
            self.start_server("web", "config.wsgi", self.port, workers)
            self.ensure_inbox()

    def ensure_inbox(self) -> None:
        """Start what brings spooled deliveries into the database, unless it runs."""
        if "inbox" not in self._running:
            self._start(Process("inbox", (sys.executable, "manage.py", "drain_inbox")))

    def start_server(
        self,
        name: str,
        site: str,
        port: int,
        workers: int,
        options: Sequence[str] = WEB,
        **environment: str,
    ) -> None:
        """Start a site with the options of the portal's own web server."""
        command = (sys.executable, "-m", "gunicorn", site, "--bind", f"127.0.0.1:{port}")
        ready = answers(f"http://127.0.0.1:{port}/")
        command = (*command, *options, "--workers", str(workers))
        self._start(Process(name, command, ready, environment))

    def ensure_worker(self) -> None:
        """Start a worker, unless one runs, and wait until it takes tasks."""
        if "worker" not in self._running:
            ready = log_says(self.folder / "logs" / "worker.log", "ready.")
            command = (sys.executable, "-m", "celery", "-A", "config", "worker")
            self._start(Process("worker", [*command, *WORKER], ready))

    def wait_until_drained(self, seconds: float = 60) -> None:
        """Wait until nothing that was answered is still spooled. Raises TimeoutError."""
        from cameras.spool import Spool

        here, ends_at = Spool(self.folder / "spool", floor_bytes=1), time.monotonic() + seconds
        while here.count():
            if time.monotonic() > ends_at:
                raise TimeoutError(f"{here.count()} deliveries are still spooled")
            time.sleep(0.05)

    def pid(self, name: str) -> int:
        """Return the process id of a running part, which leads its own process group."""
        popen = self._running[name].processes[0].popen
        assert popen is not None
        return popen.pid

    def kill(self, name: str) -> None:
        """End a part and its children with SIGKILL: none of them can still say or write a word."""
        popen = self._running.pop(name).processes[0].popen
        assert popen is not None
        os.killpg(popen.pid, signal.SIGKILL)
        popen.wait(10)

    def stop(self, name: str) -> None:
        """Stop a part in order, if it runs."""
        family = self._running.pop(name, None)
        if family is not None:
            family.stop()

    def log(self, name: str) -> str:
        """Return what a part has written to its log."""
        return (self.folder / "logs" / f"{name}.log").read_text(errors="replace")

    def _start(self, process: Process) -> None:
        family = Family([process], self.environment, self.folder / "logs")
        self._running[process.name] = family
        family.start(lambda _name: None)

    def _drop(self) -> None:
        drop_database(*self._server_urls, self.name)


def drop_database(owner_url: str, runtime_url: str, name: str) -> None:
    """Drop a scratch database, if it is there, though an interrupted run still works in it.

    The addresses lead to another database of the server. Each role may end its own sessions alone.
    """
    ends = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user"
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        if not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        owner.execute(ends, [name])
        with psycopg.connect(runtime_url, autocommit=True) as runtime:
            runtime.execute(ends, [name])
        owner.execute(f'DROP DATABASE "{name}"')  # waits five seconds for them to end


def _renamed(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


@contextmanager
def scratch_portal(name: str, folder: Path) -> Iterator[ScratchPortal]:
    """Make a portal beside the tests' database for what only committed rows can show."""
    from django.conf import settings

    made = ScratchPortal(
        f"{settings.DATABASES['default']['TEST']['NAME']}_{name}",
        folder,
        owner_url=settings.DATABASE_URL,
        runtime_url=settings.DATABASE_RUNTIME_URL,
    )
    try:
        made.create()
        yield made
    finally:
        made.remove()
