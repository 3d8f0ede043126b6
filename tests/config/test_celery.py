"""The queue over PostgreSQL, with a real worker that connects as the runtime role."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from kombu import Connection
from pgmq.base import PGMQConfig
from psycopg.conninfo import conninfo_to_dict

from config import embedded
from config.celery import PATIENCE, QUEUE, app, broker_options, task_queues
from tests.config.queue_worker import VISIBILITY_SECONDS

pytestmark = pytest.mark.gate

PROJECT = Path(embedded.__file__).parents[2]
WORKER = ("-m", "celery", "-A", "tests.config.queue_worker", "worker", "--loglevel", "INFO")
FLAGS = ("--without-gossip", "--without-mingle", "--without-heartbeat")


class Place:
    """A database with an installed queue, and the environment that leads programs to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = embedded.ensure_running(folder)
        ours = ("PORTAL_", "CELERY_", "DATABASE_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.server.runtime_url,
            "DATABASE_OWNER_URL": self.server.owner_url,
            "PORTAL_DATA_DIR": str(folder),
            "CELERY_SKIP_CHECKS": "1",  # a page that fails its check is another test's business
        }
        self.grant()

    def grant(self, **environment: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "grant_runtime"],
            env=self.environment | {"PORTAL_DATABASE_ROLE": "owner"} | environment,
            cwd=PROJECT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def start_worker(self) -> subprocess.Popen[bytes]:
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *WORKER, *FLAGS],
                env=self.environment,
                cwd=PROJECT,
                stdout=log,
                stderr=log,
            )

    def send(self, name: str, *arguments: object) -> None:
        options = broker_options("pgmq://database", self.server.runtime_url, visibility_timeout=4)
        with Connection("pgmq://database", transport_options=options) as connection:
            app.send_task(name, arguments, connection=connection, queue=task_queues("pgmq://")[0])

    def waiting(self) -> int:
        """How many messages the queue holds, taken or not."""
        with psycopg.connect(self.server.runtime_url) as connection:
            row = connection.execute(f"SELECT count(*) FROM pgmq.q_{QUEUE}").fetchone()
        return int(row[0]) if row else 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("queue")
    try:
        yield Place(folder)
    finally:
        embedded.remove(folder)


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "trace"
    path.touch()
    return path


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def words(trace: Path) -> list[str]:
    return [line.rsplit(" ", 1)[0] for line in trace.read_text().splitlines()]


def test_a_worker_runs_what_is_sent_at_once_and_empties_the_queue(
    place: Place, trace: Path
) -> None:
    worker = place.start_worker()
    try:
        place.send("tests.note", str(trace), "first")
        assert eventually(lambda: words(trace) == ["first"])
        sent_at = time.monotonic()
        place.send("tests.note", str(trace), "second")
        assert eventually(lambda: len(words(trace)) == 2)
        assert time.monotonic() - sent_at < 2  # woken, not found by a slow poll
        place.send("tests.pass_on", str(trace))
        assert eventually(lambda: words(trace) == ["first", "second", "passed on"])
        assert eventually(lambda: place.waiting() == 0)
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def test_the_task_of_a_killed_worker_runs_again_after_the_visibility_timeout(
    place: Place, trace: Path
) -> None:
    killed = place.start_worker()
    place.send("tests.work", str(trace), 2)
    assert eventually(lambda: words(trace) == ["begun"])
    begun_at = time.monotonic()
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)
    assert place.waiting() == 1
    successor = place.start_worker()
    try:
        assert eventually(lambda: words(trace) == ["begun", "begun", "done"])
        assert time.monotonic() - begun_at > VISIBILITY_SECONDS
        assert eventually(lambda: place.waiting() == 0)
    finally:
        successor.terminate()
        successor.wait(30)


def test_a_worker_lives_through_a_crash_of_the_database(place: Place, trace: Path) -> None:
    worker = place.start_worker()
    try:
        place.send("tests.note", str(trace), "before")
        assert eventually(lambda: words(trace) == ["before"])
        os.kill(int((place.server.data_dir / "postmaster.pid").read_text().split()[0]), 9)
        time.sleep(0.5)
        embedded.ensure_running(place.folder)
        place.send("tests.note", str(trace), "after")
        assert eventually(lambda: words(trace) == ["before", "after"], seconds=30)
    finally:
        worker.terminate()
        worker.wait(30)


def test_the_runtime_role_may_use_the_queue_and_not_change_it(place: Place) -> None:
    statements = (
        "CREATE TABLE pgmq.q_mine (id int)",
        "SELECT pgmq.create('mine')",
        f"SELECT pgmq.drop_queue('{QUEUE}')",
        f"TRUNCATE pgmq.q_{QUEUE}",
        "INSERT INTO pgmq.meta (queue_name, is_partitioned, is_unlogged) VALUES ('x', false, false)",
    )
    for statement in statements:
        with (
            psycopg.connect(place.server.runtime_url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_installing_again_keeps_what_waits(place: Place, trace: Path) -> None:
    place.send("tests.note", str(trace), "waits")
    before = place.waiting()
    place.grant()
    assert place.waiting() == before > 0
    with psycopg.connect(place.server.owner_url) as connection:
        connection.execute(f"DELETE FROM pgmq.q_{QUEUE}")


def test_installing_again_waits_for_no_worker(place: Place) -> None:
    read = f"SELECT msg_id FROM pgmq.q_{QUEUE} FOR UPDATE"
    write = f"UPDATE pgmq.q_{QUEUE} SET read_ct = read_ct + 1"
    send = f"SELECT pgmq.send('{QUEUE}', '{{}}')"
    with psycopg.connect(place.server.runtime_url) as worker:
        for statement in (send, read, write, "SET CONSTRAINTS ALL IMMEDIATE"):
            worker.execute(statement)
        # The worker holds the table, its rows and the note of the last announcement.
        place.grant(PGOPTIONS="-c lock_timeout=1s")
        worker.rollback()


def test_installing_again_mends_notifications_that_were_switched_off(place: Place) -> None:
    standing = (
        "SELECT count(*) FROM pg_trigger WHERE tgname = 'trigger_notify_queue_insert_listeners'"
    )
    with psycopg.connect(place.server.owner_url, autocommit=True) as owner:
        owner.execute("SELECT pgmq.disable_notify_insert(%s)", [QUEUE])
        assert owner.execute(standing).fetchone() == (0,)
        place.grant()
        assert owner.execute(standing).fetchone() == (1,)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            r"postgresql://app:a%20b%27c%5Cd@%2FVar%2FLib%20x/portal",
            {"host": "/Var/Lib x", "user": "app", "password": r"a b'c\d", "dbname": "portal"},
        ),
        (
            "postgresql://app:secret@db.example:6432/portal",
            {"host": "db.example", "port": "6432", "user": "app", "password": "secret"},
        ),
    ],
)
def test_the_database_address_reaches_the_queue_client_whole(
    address: str, expected: dict[str, str]
) -> None:
    options = broker_options("pgmq://database", address, visibility_timeout=60)
    dsn = PGMQConfig(conn_string=str(options["conn_string"]), init_extension=False).dsn
    assert conninfo_to_dict(dsn).items() >= expected.items()


def test_encryption_asked_for_in_the_address_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "disable")
    address = "postgresql://app:secret@db.example/portal?sslmode=verify-full"
    broker_options("pgmq://database", address, visibility_timeout=60)
    assert os.environ["PGSSLMODE"] == "verify-full"


def test_another_broker_gets_its_own_options_and_declares_its_queue() -> None:
    assert broker_options("redis://h/0", "", visibility_timeout=9) == {
        "visibility_timeout": 9,
        **PATIENCE,
    }
    assert broker_options("amqp://h//", "", visibility_timeout=9) == PATIENCE
    assert [queue.no_declare for queue in task_queues("amqp://h//")] == [False]
    assert [queue.no_declare for queue in task_queues("pgmq://database")] == [True]
