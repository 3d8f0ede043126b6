"""Endurance: many unique events, everything else at work beside, and twenty SIGKILLs on the way.

Devices push while the worker reads, a second process makes thumbnails and hashes stored bytes again,
and at random moments the web server, the drainer or the worker is killed and started again. A device
that got no answer sends the same bytes once more. Afterwards nothing that was answered may be lost
and no event may have become two detections; memory must not have grown with the number of events.

``ENDURANCE_EVENTS`` (20,000), ``ENDURANCE_BYTES`` (600,000), ``ENDURANCE_KILLS`` (20).
"""

from __future__ import annotations

import hashlib
import http.client
import io
import itertools
import os
import random
import re
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from tests.load.rounds import _percentile
from tests.scratch import CALL, ROOT, ScratchPortal

EVENTS = int(os.environ.get("ENDURANCE_EVENTS", "20000"))
BYTES = int(os.environ.get("ENDURANCE_BYTES", "600000"))
KILLS = int(os.environ.get("ENDURANCE_KILLS", "20"))
DEVICES, SENDERS = 40, 4
#: Every so many events accuse somebody; the others are passages, as on a road.
VIOLATION_EVERY = 10
PARTS = ("web", "inbox", "worker")
PLATE, STAMP = b"30F00000", b"STAMP000"


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return the figures. Raises AssertionError when anything was lost or doubled."""
    devices = _register()
    for start in (lambda: portal.ensure_web(workers=2), portal.ensure_worker):
        start()
    beside = _beside(portal)
    memory = _Memory(portal)
    senders = _Senders(portal.port, devices)
    began = time.monotonic()
    senders.start()
    memory.start()
    kills = _kill_now_and_then(portal, senders)
    senders.join()
    sent_seconds = time.monotonic() - began
    portal.wait_until_drained(600)
    waited = _until_read(portal)
    memory.stop()
    beside.terminate()
    beside.wait()
    return {
        "events": EVENTS,
        "body_bytes": len(senders.sample),
        "accepted_per_second": round(EVENTS / sent_seconds, 1),
        "p50_ms": round(_percentile(senders.times, 50) * 1000, 1),
        "p99_ms": round(_percentile(senders.times, 99) * 1000, 1),
        "kills": kills,
        "sent_again": senders.again,
        "backlog_drained_seconds": round(waited, 1),
        "memory_mb": memory.figures(),
        **_balance(portal, senders),
    }


def _register() -> list[Any]:
    """Register the devices; each knows what its overviews show."""
    from cameras.simulated_push import hikvision_profile
    from tests.cameras.factories import camera

    today = datetime.now(UTC).date()
    profile = hikvision_profile("red_light")
    return [camera(f"CAM-{n:03d}", today=today, profile=profile) for n in range(DEVICES)]


class _Senders:
    """Threads that push each event until it is answered with 200."""

    def __init__(self, port: int, devices: list[Any]) -> None:
        from cameras.inbox import push_path

        self._port = port
        self._targets = [(push_path(device), _Template(device.serial)) for device in devices]
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self.sample = self._targets[0][1].body(0)
        self.times: list[float] = []
        self.again = 0
        self.done = 0
        self.violations: set[str] = set()
        self._threads = [threading.Thread(target=self._work) for _ in range(SENDERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    @property
    def running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while True:
            with self._lock:
                number = next(self._numbers)
            if number >= EVENTS:
                return
            path, template = self._targets[number % len(self._targets)]
            body = template.body(number)
            if number % VIOLATION_EVERY == 0:
                with self._lock:
                    self.violations.add(hashlib.sha256(body).hexdigest())
            self._until_answered(path, body, template.headers)

    def _until_answered(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        while True:
            began = time.perf_counter()
            try:
                line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
                line.request("POST", path, body, headers)
                status = line.getresponse().status
                line.close()
            except (OSError, http.client.HTTPException):
                status = 0
            if status == 200:
                with self._lock:
                    self.times.append(time.perf_counter() - began)
                    self.done += 1
                return
            with self._lock:
                self.again += 1
            time.sleep(0.1)


class _Template:
    """One device's message, of which plate, time and pictures change with every event."""

    def __init__(self, serial: str) -> None:
        from cameras.scene import Frame
        from cameras.simulated_push import Capture, hikvision_push

        self._at = datetime.now(UTC) - timedelta(seconds=3)
        size = max(2_000, (BYTES - 3_000) // 3)
        frames = tuple(
            Frame(_picture(shot, size), f"overview_{shot}", (), self._at) for shot in (1, 2, 3)
        )
        facts = {"red_since_ms": 1500, "char_confidences": (990,) * 8}
        made = {
            kind: hikvision_push(Capture(serial, kind, self._at, frames, PLATE.decode(), **facts))
            for kind in ("red_light", None)
        }
        self.headers = made[None].headers
        self._bodies = {kind: push.body for kind, push in made.items()}

    def body(self, number: int) -> bytes:
        kind = None if number % VIOLATION_EVERY else "red_light"
        stamp = b"%08x" % number
        body = self._bodies[kind].replace(PLATE, b"30F%05d" % (number % 100_000))
        return re.sub(rb"<pId>.{8}", b"<pId>" + stamp, body.replace(STAMP, stamp))


def _picture(shot: int, size: int) -> bytes:
    """Return a JPEG of about ``size`` bytes; a comment in it bears the event's number."""
    plain = Image.new("L", (1280, 720), 40 * shot)
    noisy = Image.effect_noise((1280, 720), 60)
    data = b""
    for share in range(0, 101, 5):
        mixed = Image.blend(plain, noisy, share / 100).convert("RGB")
        out = io.BytesIO()
        mixed.save(out, "JPEG", quality=60, comment=STAMP + b"%d" % shot)
        data = out.getvalue()
        if len(data) >= size:
            break
    return data


class _Memory:
    """Resident memory of each part, every second."""

    def __init__(self, portal: ScratchPortal) -> None:
        self._portal = portal
        self._stop = threading.Event()
        self._samples: dict[str, list[float]] = {name: [] for name in PARTS}
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def figures(self) -> dict[str, dict[str, Any]]:
        """Return the medians of five equal stretches of time, and the most, in MB."""
        found = {}
        for name, samples in self._samples.items():
            fifth = max(1, len(samples) // 5)
            stretches = [sorted(samples[n * fifth : (n + 1) * fifth]) for n in range(5)]
            medians = [stretch[len(stretch) // 2] for stretch in stretches if stretch]
            found[name] = {"by_fifths": medians, "most": max(samples)}
        return found

    def _watch(self) -> None:
        while not self._stop.wait(1.0):
            for name in PARTS:
                try:
                    pid = self._portal.pid(name)
                    total = sum(_resident(each) for each in (pid, *_children(pid)))
                except (KeyError, OSError, AssertionError):
                    continue  # just killed
                if total:
                    self._samples[name].append(round(total / 1024, 1))


def _resident(pid: int) -> int:
    """Return the proportional set size in kB: pages shared by forks count once."""
    for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if row.startswith("Pss:"):
            return int(row.split()[1])
    return 0


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def _kill_now_and_then(portal: ScratchPortal, senders: _Senders) -> dict[str, int]:
    """Kill a part at each of ``KILLS`` random points of the way, and start it again."""
    chance = random.Random(20261128)
    points = sorted(chance.randrange(EVENTS // 50, EVENTS) for _ in range(KILLS))
    restart = {
        "web": lambda: portal.ensure_web(workers=2),
        "inbox": portal.ensure_inbox,
        "worker": portal.ensure_worker,
    }
    kills = dict.fromkeys(PARTS, 0)
    for point in points:
        while senders.done < point and senders.running:
            time.sleep(0.01)
        name = chance.choice(PARTS)
        portal.kill(name)
        kills[name] += 1
        time.sleep(chance.random())
        restart[name]()
    return kills


def _beside(portal: ScratchPortal) -> subprocess.Popen[bytes]:
    """Start the process that makes thumbnails and hashes again what is stored."""
    return subprocess.Popen(
        [sys.executable, "-c", CALL, "tests.load.endurance", "work_beside"],
        cwd=ROOT,
        env=dict(os.environ) | portal.environment,
        stdout=subprocess.DEVNULL,
    )


def work_beside() -> None:
    """Make thumbnails of new pictures and read old ones again, for ever (inside the portal)."""
    from cameras import evidence
    from cameras.models import EvidenceFile

    while True:
        new = EvidenceFile.objects.filter(derivatives__isnull=True).select_related("delivery")
        for file in new.order_by("-pk")[:20]:
            evidence.thumbnail(file)
        for file in EvidenceFile.objects.select_related("delivery").order_by("?")[:20]:
            evidence.read_file(file)
        time.sleep(0.2)


def _until_read(portal: ScratchPortal) -> float:
    """Let the worker read what is left; return how long it took, in seconds."""
    began = time.monotonic()
    while portal.count("cameras_delivery WHERE state = 'received'"):
        portal.send("cameras.tasks.sweep_deliveries")
        time.sleep(5)
        if time.monotonic() - began > 3600:
            raise TimeoutError("the backlog does not drain")
    return time.monotonic() - began


def _balance(portal: ScratchPortal, senders: _Senders) -> dict[str, Any]:
    """Compare what was answered with what is there: rows, bytes and detections."""
    from config.storage import ContentFolder

    rows = portal.rows(
        "SELECT d.body_sha256, count(DISTINCT d.id), count(t.id) FROM cameras_delivery d"
        " LEFT JOIN cameras_detection t ON t.delivery_id = d.id GROUP BY d.body_sha256"
    )
    store = ContentFolder(str(portal.folder / "evidence"))
    lost = EVENTS - len(rows) + sum(not store.exists(sha256) for sha256, _n, _t in rows)
    wanted = senders.violations
    doubled = sum(detections > 1 for _sha, _n, detections in rows)
    without = sum(sha in wanted and detections == 0 for sha, _n, detections in rows)
    states = dict(
        portal.rows(
            "SELECT concat_ws(' ', state, nullif(fault_code, '')), count(*) FROM cameras_delivery GROUP BY 1"
        )
    )
    assert (lost, doubled, without) == (0, 0, 0), (lost, doubled, without, states)
    assert sum(detections for _sha, _n, detections in rows) == len(wanted)
    return {"lost": lost, "doubled": doubled, "detections": len(wanted), "deliveries": states}
