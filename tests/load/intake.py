"""Intake: a 600 kB event with two pictures, pushed over HTTP, acknowledged once it is durable.

Beside a bare loop of what durability cannot do without: read the body, SHA-256, write and flush to
the disk, INSERT and commit. No worker runs meanwhile: reading what was kept is not intake.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.load.rounds import Work, compare
from tests.scratch import ScratchPortal

DEVICES = 4
EVENTS, ROUNDS = 60, 9


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return the figures; checks afterwards that everything acknowledged is there."""
    from cameras.simulated_push import hikvision_profile
    from tests.cameras.factories import camera

    device = camera(
        "CAM-LOAD", today=datetime.now(UTC).date(), profile=hikvision_profile("red_light")
    )
    bodies = _Bodies(device.serial)
    portal.ensure_web(workers=2)
    with portal.owner() as connection:
        connection.execute("CREATE TABLE bare_intake (sha256 text, size int, at timestamptz)")
    devices = [_device(portal.port, device, bodies) for _ in range(DEVICES)]
    with tempfile.TemporaryDirectory(dir=portal.folder) as folder:
        writers = [_BareWriter(folder, portal.runtime_url, bodies) for _ in range(DEVICES)]
        try:
            compared = compare(devices, [w.act for w in writers], acts=EVENTS, rounds=ROUNDS)
        finally:
            for writer in writers:
                writer.connection.close()
    _check(portal, compared.acts)
    return {"body_bytes": len(bodies.next()), **compared.figures}


class _Bodies:
    """Bodies that differ in their event and not in their pictures: every one is stored anew."""

    def __init__(self, serial: str) -> None:
        from cameras.scene import RedLight, Sighting, draw_red_light
        from cameras.simulated_push import Capture, hikvision_push

        at = datetime.now(UTC) - timedelta(seconds=3)
        sighting = Sighting(
            camera_code="CAM-LOAD",
            place="nút giao Mẫu",
            at=at,
            plate="30F00000",
            vehicle_class="car",
            vehicle_colour="white",
            plate_colour="white",
            lane=1,
            seed=1,
        )
        frames = draw_red_light(RedLight(sighting, 1500, red_seconds=30))[:2]
        push = hikvision_push(
            Capture(serial, "red_light", at, tuple(frames), "30F00000", red_since_ms=1500)
        )
        self.headers = push.headers
        self._body, self._plate_at = push.body, push.body.index(b"30F00000")
        self._number, self._lock = 0, threading.Lock()

    def next(self) -> bytes:
        return self.renumbered(self._body)

    def renumbered(self, body: bytes) -> bytes:
        """Return a body with a plate that none had before."""
        with self._lock:
            self._number += 1
            plate = b"30F%05d" % self._number
        return b"".join((body[: self._plate_at], plate, body[self._plate_at + len(plate) :]))


def _device(port: int, device: Any, bodies: _Bodies) -> Work:
    from cameras.inbox import push_path

    path = push_path(device)

    def push() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", path, bodies.next(), bodies.headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"a delivery was answered with {answer.status}")

    return push


class _BareWriter:
    """One loop of the baseline with its own connection to the database."""

    def __init__(self, folder: str, database_url: str, bodies: _Bodies) -> None:
        self._folder, self._bodies = Path(folder), bodies
        self._event = self._folder / "event"
        self._event.write_bytes(bodies.next())
        self.connection = psycopg.connect(database_url, autocommit=True)

    def act(self) -> None:
        body = self._bodies.renumbered(self._event.read_bytes())
        sha256 = hashlib.sha256(body).hexdigest()
        with (self._folder / sha256).open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        self.connection.execute(
            "INSERT INTO bare_intake VALUES (%s, %s, now())", [sha256, len(body)]
        )


def _check(portal: ScratchPortal, acts: int) -> None:
    """Every delivery that was answered stands in a row and lies in the store."""
    from config.storage import ContentFolder

    ends_at = time.monotonic() + 60
    while portal.count("cameras_delivery") < acts and time.monotonic() < ends_at:
        time.sleep(0.2)
    answered = portal.rows("SELECT kept_sha256, body_size FROM cameras_delivery")
    assert len(answered) == acts
    store = ContentFolder(str(portal.folder / "evidence"))
    for sha256, size in answered:
        data = store.read(sha256)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)
