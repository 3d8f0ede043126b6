"""What test_kill.py needs: acts inside the scratch portal, and a device that pushes over sockets.

The functions above the line run inside the portal, in a process of their own (``portal.call``).
"""

from __future__ import annotations

import hashlib
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cameras.adapters.contract import Box
from cameras.scene import Frame
from cameras.simulated_push import Capture, Push, hikvision_profile, hikvision_push
from tests.scratch import ScratchPortal, quick_world

PAPERS = 8


def prepare() -> dict[str, Any]:
    """Make people, law, a camera certified today, a signed notice and two trips to the bank."""
    from cameras import inbox
    from tests.cameras.factories import camera
    from tests.journeys import case_at

    place = quick_world()
    device = camera(
        "CAM-KILL",
        unit=place.unit,
        today=datetime.now(UTC).date(),
        profile=hikvision_profile("red_light"),
    )
    case_at("notified", place)
    return {
        "serial": device.serial,
        "path": inbox.push_path(device),
        "payments": [_start_payment(case_at("served", place)) for _ in range(2)],
    }


def _start_payment(case: Any) -> dict[str, Any]:
    """Start a trip to the bank for a served decision."""
    from django.utils import timezone

    from citizens import checkout, till

    at = timezone.now()
    owed = checkout.quote(case, at=at)
    assert owed is not None
    attempt = checkout.start(case.pk, form_key=f"form-{case.pk}", amount_vnd=owed.amount_vnd, at=at)
    described = till.describe(attempt, ip="127.0.0.1", language="vi")
    return {
        "case": case.pk,
        "amount_vnd": owed.amount_vnd,
        "bank_link": till.gateway().start(described).url,
    }


def issue_papers() -> None:
    """Issue some more papers with the contents of the signed notice; each is sent to the workers."""
    from django.db import transaction
    from django.utils import timezone

    from notices import register
    from notices.models import Notice, PaperKind

    first = Notice.objects.filter(kind=PaperKind.NOTICE).earliest("issued_at")
    for _ in range(PAPERS):
        with transaction.atomic():
            register.issue(
                first.kind,
                unit=register.IssuingUnit(first.unit_code, "CSGT"),
                context=first.context,
                subject=first.subject,
                images=first.images,
                at=timezone.now(),
                by_name="Lê Quang Minh",
            )


def sweep_deliveries_in_an_hour() -> None:
    """Do what the sweep of deliveries does, an hour from now: none of them is young any more."""
    from django.utils import timezone

    from cameras import parsing

    at = timezone.now() + timedelta(hours=1)
    for delivery_id in parsing.left_behind(at=at):
        parsing.parse(delivery_id, at=at)


def close_paid_twice_at_once() -> int:
    """Do what the hourly sweep of paid cases does, twice together; returns how many were closed."""
    from django.db import connection
    from django.utils import timezone

    from violations import sweeps

    def close(_: int) -> int:
        try:
            return sweeps.close_paid(at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(close, range(2)))


def custody_faults() -> list[str]:
    """Link the custody log to its end and check it."""
    from django.utils import timezone

    from cameras import custody

    custody.chain()
    return custody.faults(at=timezone.now())


# ---- outside the portal: the device ----


def red_light_push(serial: str, plate: str) -> Push:
    """Write one push of a red light, with three pictures; another plate is another event."""
    from tests.cameras.factories import picture

    at = datetime.now(UTC) - timedelta(seconds=3)
    plate_box = Box("plate", 0.46, 0.62, 0.08, 0.03)
    frames = tuple(
        Frame(
            picture(f"{plate} {shot} {at}"),
            f"overview_{shot}",
            (Box("vehicle", 0.4, 0.4 - shot / 50, 0.2, 0.3), plate_box),
            at,
        )
        for shot in (1, 2, 3)
    )
    return hikvision_push(
        Capture(
            device_serial=serial,
            violation_type="red_light",
            at=at,
            frames=frames,
            plate=plate,
            red_since_ms=2400,
            char_confidences=(990,) * 8,
        )
    )


def deliver(port: int, path: str, push: Push) -> int:
    """Post one push on a connection of its own; the status, or 0 when no answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", path, push.body, push.headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


class Senders:
    """Some devices at work: each event is sent again until it is acknowledged."""

    def __init__(self, port: int, path: str, pushes: Sequence[Push], devices: int = 4) -> None:
        self._port, self._path = port, path
        self._waiting = list(pushes)
        self._lock = threading.Lock()
        self.acknowledged: list[Push] = []
        self.unanswered = 0
        self._threads = [threading.Thread(target=self._work) for _ in range(devices)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _work(self) -> None:
        until = time.monotonic() + 55
        while time.monotonic() < until:
            with self._lock:
                if not self._waiting:
                    return
                push = self._waiting.pop(0)
            while deliver(self._port, self._path, push) != 200 and time.monotonic() < until:
                with self._lock:
                    self.unanswered += 1
                time.sleep(0.1)
            with self._lock:
                self.acknowledged.append(push)


def digest(push: Push) -> str:
    return hashlib.sha256(push.body).hexdigest()


@contextmanager
def half_sent(portal: ScratchPortal, path: str, push: Push) -> Iterator[None]:
    """Send half of a body; the block ends the server, which must not have answered."""
    head = "".join(f"{name}: {value}\r\n" for name, value in push.headers.items())
    request = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}"
    length = f"Content-Length: {len(push.body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", portal.port)) as camera:
        camera.sendall(f"{request}{length}".encode() + push.body[: len(push.body) // 2])
        camera.settimeout(0.5)
        with pytest.raises(TimeoutError):
            camera.recv(1)  # it waits for the other half
        camera.settimeout(20)
        yield
        with suppress(ConnectionResetError):
            assert camera.recv(1) == b""


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def eventually(holds: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until something holds, looking often enough to act in the middle of it."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.005)


# ---- outside the portal: what is committed ----


def let_time_pass(portal: ScratchPortal) -> None:
    """Put claims and taken messages so far into the past that they have run out."""
    with portal.owner() as connection:
        connection.execute(
            "UPDATE notices_notice SET claimed_at = claimed_at - interval '1 hour'"
            " WHERE rendering = 'pending'"
        )
        connection.execute(
            "UPDATE notices_printrun SET claimed_at = claimed_at - interval '1 hour'"
            " WHERE state = 'prepared'"
        )
        connection.execute("UPDATE pgmq.q_portal SET vt = vt - interval '1 hour'")


def somebody_waits(portal: ScratchPortal) -> bool:
    """Whether a session of the portal stands before a lock."""
    return bool(
        portal.rows(
            "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)"
            f" WHERE datname = '{portal.name}' AND NOT granted"
        )
    )


def payments(portal: ScratchPortal, trip: dict[str, Any]) -> list[int]:
    rows = portal.rows(
        "SELECT amount_vnd FROM violations_payment p JOIN violations_decision d"
        f" ON d.id = p.decision_id WHERE d.case_id = '{trip['case']}'"
    )
    return [amount for (amount,) in rows]


def events(portal: ScratchPortal, trip: dict[str, Any]) -> list[str]:
    """What we answered to the bank's messages about a trip."""
    rows = portal.rows(
        "SELECT e.reply_code FROM citizens_gatewayevent e"
        " JOIN citizens_paymentattempt a ON a.id = e.attempt_id"
        " JOIN violations_decision d ON d.id = a.decision_id"
        f" WHERE e.kind = 'ipn' AND d.case_id = '{trip['case']}' ORDER BY e.id"
    )
    return [code for (code,) in rows]


def status(portal: ScratchPortal, trip: dict[str, Any]) -> str:
    rows = portal.rows(f"SELECT status FROM violations_violation WHERE id = '{trip['case']}'")
    return str(rows[0][0])


def confirmations(portal: ScratchPortal, trip: dict[str, Any]) -> int:
    return portal.count(
        "violations_caseevent e JOIN notices_notice n ON n.id = e.notice_id"
        f" WHERE n.kind = 'XNNT' AND e.case_id = '{trip['case']}'"
    )
