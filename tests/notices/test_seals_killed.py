"""A worker killed, or its database gone, between any two steps of sealing: one paper, one seal.

Worker, database, queue and time-stamp service are real. The service is where a step is held open:
it is asked after the paper was laid out and before its bytes are stored.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from config.storage import ContentFolder
from tests.kill_support import eventually, let_time_pass, somebody_waits
from tests.notices.sealing import StampServer, stamp_server
from tests.scratch import ScratchPortal, quick_world, scratch_portal

pytestmark = pytest.mark.gate

PENDING = "notices_notice WHERE rendering = 'pending'"
MADE = "notices_notice WHERE rendering = 'rendered'"
CLAIMED = f"{PENDING} AND claimed_at IS NOT NULL"


def prepare() -> None:
    """Make a unit with its key, and one signed notice, inside the portal."""
    from tests.journeys import case_at

    case_at("notified", quick_world())


@pytest.fixture(scope="module")
def stamping() -> Iterator[tuple[StampServer, str]]:
    with stamp_server() as running:
        yield running


@pytest.fixture(scope="module")
def portal(
    tmp_path_factory: pytest.TempPathFactory, stamping: tuple[StampServer, str]
) -> Iterator[ScratchPortal]:
    with scratch_portal("seals", tmp_path_factory.mktemp("seals")) as made:
        made.environment["TIMESTAMP_URL"] = stamping[1]
        made.call("tests.notices.test_seals_killed", "prepare")
        yield made


def issue_three() -> None:
    """Issue three more papers with the contents of the first, inside the portal."""
    from tests import kill_support

    kill_support.PAPERS = 3
    kill_support.issue_papers()


class Gate:
    """Holds the answers of the time-stamp service back until the test says so."""

    def __init__(self, service: StampServer) -> None:
        self.asked, self.opened = threading.Event(), threading.Event()
        self._service = service
        service.before_answer = self._hold

    def _hold(self) -> None:
        self.asked.set()
        assert self.opened.wait(60)

    def open(self) -> None:
        self._service.before_answer = lambda: None
        self.opened.set()


def finish(portal: ScratchPortal) -> None:
    """Let claims run out and the workers make what is left."""
    let_time_pass(portal)
    portal.ensure_worker()
    portal.send("notices.tasks.sweep_rendering")
    eventually(lambda: portal.count(PENDING) == 0, "every paper is made")


def stored(portal: ScratchPortal) -> list[str]:
    store = ContentFolder(str(portal.folder / "papers"))
    files = (path for path in store.location.rglob("*") if path.is_file())
    return [path.name for path in files if not path.name.startswith(".")]


def assert_one_seal_each(portal: ScratchPortal) -> None:
    """Every paper has one file, whole and under its hash, and one event of each kind."""
    store = ContentFolder(str(portal.folder / "papers"))
    rows = portal.rows(
        "SELECT n.id, n.pdf_sha256, n.pdf_size, n.unsigned_sha256, (e.facts ->> 'size')::int"
        " FROM notices_notice n JOIN notices_paperevent e ON e.notice_id = n.id"
        " WHERE e.what = 'rendered'"
    )
    assert len(rows) == portal.count("notices_notice") == portal.count(MADE)
    for _id, sha256, size, unsigned_sha256, unsigned_size in rows:
        pdf = store.read(sha256)
        assert (hashlib.sha256(pdf).hexdigest(), len(pdf)) == (sha256, size)
        assert hashlib.sha256(pdf[:unsigned_size]).hexdigest() == unsigned_sha256
        assert b"/ETSI.CAdES.detached" in pdf[unsigned_size:]
    twice = "SELECT notice_id, what FROM notices_paperevent GROUP BY 1, 2 HAVING count(*) <> 1"
    assert portal.rows(twice) == []
    assert portal.count("notices_paperevent WHERE what = 'sealed'") == len(rows)
    gaps = (
        "SELECT 1 FROM notices_notice GROUP BY unit_code, kind, year"
        " HAVING count(*) <> max(number) OR count(DISTINCT number) <> count(*)"
    )
    assert portal.rows(gaps) == []


def test_killed_after_laying_out_and_before_the_seal(
    portal: ScratchPortal, stamping: tuple[StampServer, str]
) -> None:
    gate = Gate(stamping[0])
    portal.ensure_worker()
    portal.send("notices.tasks.sweep_rendering")
    eventually(gate.asked.is_set, "a paper is about to be sealed")
    portal.kill("worker")
    gate.open()
    assert portal.count(CLAIMED) >= 1
    assert stored(portal) == []
    assert portal.count("notices_paperevent WHERE what IN ('rendered', 'sealed')") == 0
    finish(portal)
    assert_one_seal_each(portal)
    assert len(stored(portal)) == portal.count("notices_notice")


def test_killed_after_storing_the_bytes_and_before_writing_them_down(
    portal: ScratchPortal, stamping: tuple[StampServer, str]
) -> None:
    """What is left over is a file that no row names, over the very bytes of the paper."""
    portal.stop("worker")
    portal.call("tests.notices.test_seals_killed", "issue_three")
    before = set(stored(portal))
    gate = Gate(stamping[0])
    portal.ensure_worker()
    portal.send("notices.tasks.sweep_rendering")
    eventually(gate.asked.is_set, "a paper is about to be sealed")
    with portal.owner() as holder, holder.transaction():
        holder.execute(f"SELECT 1 FROM {CLAIMED} FOR UPDATE")
        gate.open()
        eventually(lambda: set(stored(portal)) - before, "the bytes are stored")
        eventually(lambda: somebody_waits(portal), "the worker waits to write them down")
        portal.kill("worker")
    left_over = set(stored(portal)) - before
    assert left_over
    finish(portal)
    assert_one_seal_each(portal)
    named = {row[0] for row in portal.rows("SELECT pdf_sha256 FROM notices_notice")}
    orphans = left_over - named
    assert orphans and set(stored(portal)) == named | orphans
    store = ContentFolder(str(portal.folder / "papers"))
    known = portal.rows(
        "SELECT n.unsigned_sha256, (e.facts ->> 'size')::int FROM notices_notice n"
        " JOIN notices_paperevent e ON e.notice_id = n.id WHERE e.what = 'rendered'"
    )
    for name in orphans:
        pdf = store.read(name)
        assert any(hashlib.sha256(pdf[:size]).hexdigest() == unsigned for unsigned, size in known)


def cut_off(portal: ScratchPortal, *, allowed: bool) -> None:
    """Let nobody into the database of the portal, and put out who is in; or let them in again."""
    owner_url, runtime_url = portal._server_urls
    ends = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user"
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{portal.name}" ALLOW_CONNECTIONS {allowed}')
        if not allowed:
            owner.execute(ends, [portal.name])
            with psycopg.connect(runtime_url, autocommit=True) as runtime:
                runtime.execute(ends, [portal.name])


def test_a_database_that_is_gone_while_a_paper_is_sealed(
    portal: ScratchPortal, stamping: tuple[StampServer, str]
) -> None:
    portal.stop("worker")
    portal.call("tests.notices.test_seals_killed", "issue_three")
    made = portal.count(MADE)
    before = set(stored(portal))
    gate = Gate(stamping[0])
    portal.ensure_worker()
    portal.send("notices.tasks.sweep_rendering")
    eventually(gate.asked.is_set, "a paper is about to be sealed")
    cut_off(portal, allowed=False)
    try:
        gate.open()
        eventually(lambda: set(stored(portal)) - before, "its bytes are stored all the same")
    finally:
        cut_off(portal, allowed=True)
    assert portal.count(MADE) >= made
    portal.kill("worker")  # whether it came back by itself is another test's business
    finish(portal)
    assert_one_seal_each(portal)


def test_the_worker_says_what_it_waits_for_and_goes_on(
    portal: ScratchPortal, stamping: tuple[StampServer, str]
) -> None:
    service: Any = stamping[0]
    service.status = 503
    portal.call("tests.notices.test_seals_killed", "issue_three")
    portal.ensure_worker()
    portal.send("notices.tasks.sweep_rendering")
    waits = f"{PENDING} AND render_fault <> '' AND render_attempts >= 1"
    eventually(lambda: portal.count(waits) == portal.count(PENDING) > 0, "all of them wait")
    service.status = 200
    finish(portal)
    assert portal.count("notices_notice WHERE render_fault <> ''") == 0
    assert_one_seal_each(portal)
