"""Real processes, killed with SIGKILL in the middle of their work and started again.

Nothing is lost and nothing is doubled: no delivery, case, paper, number or payment. Processes,
database, queue, cameras and bank are real; only waiting is shortened, by moving the moments that
the portal compares with its clock.
"""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.storage import ContentFolder
from tests.citizens.bank_process import SECRET, TERMINAL, Bank
from tests.kill_support import (
    Senders,
    children,
    confirmations,
    deliver,
    digest,
    events,
    eventually,
    half_sent,
    let_time_pass,
    payments,
    red_light_push,
    somebody_waits,
    status,
)
from tests.scratch import ScratchPortal, scratch_portal

pytestmark = pytest.mark.gate

ACTS = "tests.kill_support"
EVENTS = 24
BEING_MADE = "notices_notice WHERE rendering = 'pending' AND claimed_at IS NOT NULL"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchPortal]:
    with scratch_portal("kill", tmp_path_factory.mktemp("kill")) as made:
        yield made


@pytest.fixture(scope="module")
def bank(portal: ScratchPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    running = Bank(
        f"{portal.origin}/nop-phat/ipn/vnpay/",
        tmp_path_factory.mktemp("bank") / "bank.sqlite3",
        *("--retry-seconds", "0.4"),
    )
    portal.environment |= {
        "VNPAY_SECRET": SECRET,
        "VNPAY_TERMINAL": TERMINAL,
        "VNPAY_PAY_URL": f"{running.address}/paymentv2/vpcpay.html",
    }
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def prepared(portal: ScratchPortal, bank: Bank) -> dict[str, Any]:
    made: dict[str, Any] = portal.call(ACTS, "prepare")
    return made


def deliveries(portal: ScratchPortal) -> list[str]:
    """The hashes of all deliveries, after checking that the bytes of each are there and whole."""
    portal.wait_until_drained()
    store = ContentFolder(str(portal.folder / "evidence"))
    found = portal.rows(
        "SELECT body_sha256, kept_sha256, kept_size FROM cameras_delivery"
        " WHERE device_id = (SELECT id FROM cameras_device WHERE code = 'CAM-KILL')"
        " ORDER BY received_at, id"
    )
    for body, kept, size in found:
        data = store.read(kept)
        assert body == kept == hashlib.sha256(data).hexdigest()
        assert len(data) == size
    return [body for body, _kept, _size in found]


def test_a_body_half_sent_when_the_web_process_dies_leaves_nothing(
    portal: ScratchPortal, prepared: dict[str, Any]
) -> None:
    serial, path = prepared["serial"], prepared["path"]
    first, second, third = (red_light_push(serial, f"30F3000{number}") for number in (1, 2, 3))
    portal.ensure_web()
    assert deliver(portal.port, path, first) == 200
    assert deliveries(portal) == [digest(first)]

    with half_sent(portal, path, second):
        for worker in children(portal.pid("web")):
            os.kill(worker, signal.SIGKILL)
    assert deliveries(portal) == [digest(first)]
    eventually(lambda: deliver(portal.port, path, second) == 200, "a new worker takes it")
    assert deliveries(portal) == [digest(first), digest(second)]

    with half_sent(portal, path, third):
        portal.kill("web")
    assert deliveries(portal) == [digest(first), digest(second)]
    portal.ensure_web()
    assert deliver(portal.port, path, third) == 200
    assert deliveries(portal) == [digest(first), digest(second), digest(third)]


def test_no_case_is_lost_or_doubled_when_web_and_worker_are_killed(
    portal: ScratchPortal, prepared: dict[str, Any]
) -> None:
    wanted = [f"30F4{number:04d}" for number in range(EVENTS)]
    pushes = [red_light_push(prepared["serial"], plate) for plate in wanted]
    portal.ensure_web()
    senders = Senders(portal.port, prepared["path"], pushes)
    senders.start()
    eventually(lambda: len(senders.acknowledged) >= EVENTS // 4, "devices are answered")
    for worker in children(portal.pid("web")):
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: len(senders.acknowledged) >= EVENTS // 2, "devices are answered again")
    portal.kill("web")
    portal.kill("inbox")
    portal.ensure_inbox()
    assert {digest(push) for push in senders.acknowledged} <= set(deliveries(portal))
    portal.ensure_web()
    senders.wait()
    assert len(senders.acknowledged) == EVENTS
    bodies = {digest(push) for push in pushes}
    found = [body for body in deliveries(portal) if body in bodies]
    assert set(found) == bodies
    # A second row is a body that was kept while its answer was lost: the device sent it again.
    assert len(found) - EVENTS <= senders.unanswered

    states = "SELECT state, count(*) FROM cameras_delivery GROUP BY state"
    portal.ensure_worker()
    eventually(lambda: dict(portal.rows(states)).get("parsed", 0) >= 4, "some are read")
    portal.kill("worker")
    assert dict(portal.rows(states)).get("received", 0) > 0
    let_time_pass(portal)
    portal.ensure_worker()
    portal.call(ACTS, "sweep_deliveries_in_an_hour")
    for _ in range(3):  # beat may come again while a run is going on
        portal.send("violations.tasks.claim_detections")
    eventually(lambda: "received" not in dict(portal.rows(states)), "all are read")
    ours = "violations_violation WHERE plate LIKE '30F4%'"
    eventually(lambda: portal.count(ours) >= EVENTS, "every detection has its case")
    eventually(lambda: portal.waiting() == 0, "the queue is empty")

    assert set(dict(portal.rows(states))) <= {"parsed", "duplicate"}
    assert sorted(plate for (plate,) in portal.rows(f"SELECT plate FROM {ours}")) == wanted
    pictures = portal.rows(
        "SELECT count(f.id) FROM cameras_detection d"
        " JOIN cameras_evidencefile f ON f.detection_id = d.id"
        " WHERE d.plate_raw LIKE '30F4%' GROUP BY d.id"
    )
    assert pictures == [(3,)] * EVENTS
    assert portal.call(ACTS, "custody_faults") == []


def test_every_paper_is_made_once_though_a_worker_is_killed_while_rendering(
    portal: ScratchPortal, prepared: dict[str, Any]
) -> None:
    portal.stop("worker")
    portal.call(ACTS, "issue_papers")
    portal.ensure_worker()
    eventually(lambda: portal.count(BEING_MADE) > 0, "a worker took a paper")
    portal.kill("worker")
    orphans = portal.rows(f"SELECT id, claimed_at FROM {BEING_MADE} ORDER BY id")
    assert orphans  # it died in the middle

    portal.ensure_worker()
    portal.send("notices.tasks.sweep_rendering")
    waiting = "SELECT id, claimed_at FROM notices_notice WHERE rendering = 'pending' ORDER BY id"
    # A claim is kept as long as its holder may live; all others are made meanwhile.
    eventually(lambda: portal.rows(waiting) == orphans, "the other papers are made")
    let_time_pass(portal)
    for _ in range(2):
        portal.send("notices.tasks.sweep_rendering")
    pending = "notices_notice WHERE rendering <> 'rendered'"
    eventually(lambda: portal.count(pending) == 0, "every paper is made")
    eventually(lambda: portal.waiting() == 0, "the queue is empty")

    papers = portal.rows("SELECT pdf_sha256, pdf_size FROM notices_notice")
    store = ContentFolder(str(portal.folder / "papers"))
    for sha256, size in papers:
        pdf = store.read(sha256)
        assert pdf.startswith(b"%PDF")
        assert (hashlib.sha256(pdf).hexdigest(), len(pdf)) == (sha256, size)
    kept = [path.name for path in store.location.rglob("*") if path.is_file()]
    whole = {name for name in kept if not name.startswith(".")}
    named = {sha256 for sha256, _size in papers}
    assert len(named) == len(papers)  # one PDF for each paper
    # A seal is never the same twice: who died between storing and writing left a file behind.
    assert named <= whole and len(whole - named) <= len(orphans)
    twice = "SELECT notice_id, what FROM notices_paperevent GROUP BY 1, 2 HAVING count(*) <> 1"
    assert portal.rows(twice) == []
    assert portal.count("notices_paperevent WHERE what = 'rendered'") == len(papers)
    assert (
        portal.rows(
            "SELECT unit_code, kind, year FROM notices_notice GROUP BY 1, 2, 3"
            " HAVING count(*) <> max(number) OR count(DISTINCT number) <> count(*)"
        )
        == []
    )


def test_money_told_while_the_web_process_dies_before_writing_is_told_and_booked_again(
    portal: ScratchPortal, prepared: dict[str, Any], bank: Bank
) -> None:
    trip = prepared["payments"][0]
    portal.ensure_web()
    with portal.owner() as connection, connection.transaction():
        connection.execute(
            "SELECT 1 FROM violations_violation WHERE id = %s FOR UPDATE", [trip["case"]]
        )
        bank.choose(bank.http.get(trip["bank_link"]), scenario="ok")
        eventually(lambda: somebody_waits(portal), "the web process waits for the case")
        portal.kill("web")
    assert payments(portal, trip) == []
    assert events(portal, trip) == []

    portal.ensure_web()
    eventually(lambda: status(portal, trip) == "closed", "the bank told it again")
    assert payments(portal, trip) == [trip["amount_vnd"]]
    assert events(portal, trip) == ["00"]
    assert confirmations(portal, trip) == 1


def test_money_booked_when_the_web_process_dies_before_closing_stays_booked_once(
    portal: ScratchPortal, prepared: dict[str, Any], bank: Bank
) -> None:
    trip = prepared["payments"][1]
    portal.ensure_web()
    year = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).year
    with portal.owner() as connection:
        connection.execute(
            "INSERT INTO notices_numberseries (unit_code, kind, year, last_number)"
            " VALUES ('PC08-HN', 'XNNT', %s, 0) ON CONFLICT DO NOTHING",
            [year],
        )
        with connection.transaction():  # the confirmation of payment cannot get its number
            connection.execute("SELECT 1 FROM notices_numberseries WHERE kind = 'XNNT' FOR UPDATE")
            bank.choose(bank.http.get(trip["bank_link"]), scenario="ipn_three_at_once")
            eventually(lambda: payments(portal, trip), "the money is booked")
            eventually(lambda: somebody_waits(portal), "the closing waits for a number")
            portal.kill("web")
    assert (payments(portal, trip), status(portal, trip)) == ([trip["amount_vnd"]], "served")
    assert confirmations(portal, trip) == 0

    portal.ensure_web()
    eventually(lambda: len(events(portal, trip)) >= 3, "the bank told it again, thrice")
    assert set(events(portal, trip)) == {"00", "02"}
    assert events(portal, trip).count("00") == 1
    assert payments(portal, trip) == [trip["amount_vnd"]]
    assert portal.call(ACTS, "close_paid_twice_at_once") == 1
    assert status(portal, trip) == "closed"
    assert payments(portal, trip) == [trip["amount_vnd"]]
    assert confirmations(portal, trip) == 1
    assert portal.rows("SELECT sum(amount_vnd) FROM violations_ledgerentry") == [(0,)]
