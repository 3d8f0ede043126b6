"""A bad day on the roads: everything that goes wrong with cameras, in the order of one day.

Each chapter is a list of pushes with the device they come from; ``config.demo.bad_day`` sends them
over HTTP to a running portal and balances the books. The bytes are those of real dialects; what is
wrong with them has been seen in the field (clocks, backlogs, repeats, halves, floods, garbage).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from cameras.simulated_dahua import PATH as DAHUA_PATH
from cameras.simulated_dahua import dahua_snaps
from cameras.simulated_push import Capture, Push
from cameras.simulator import (
    SimulatedDevice,
    SimulatedVehicle,
    capture_passage,
    capture_red_light,
    write_push,
)

FLOOD = 200


@dataclass(frozen=True)
class Cast:
    """Who plays: two Hikvision junctions, a Dahua junction, a signed gateway, and the vehicles."""

    junction: SimulatedDevice
    neighbour: SimulatedDevice
    dahua: SimulatedDevice
    gateway: SimulatedDevice
    vehicles: Sequence[SimulatedVehicle]


@dataclass(frozen=True)
class Sending:
    """One push to one address; ``expects`` are the statuses a right portal may answer with."""

    path: str
    push: Push
    expects: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Chapter:
    """Some pushes with one thing wrong; ``at_once`` sends them in parallel."""

    name: str
    sendings: list[Sending] = field(default_factory=list)
    at_once: bool = False


class BadDay:
    """The chapters of one day. The same seed gives the same day."""

    def __init__(self, cast: Cast, origin: str, now: datetime, *, seed: int = 1) -> None:
        self._cast, self._origin, self._now = cast, origin.rstrip("/"), now
        self._chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
        self._made = 0

    def chapters(self) -> Iterator[Chapter]:
        """Yield the chapters in order; each is written only when it is sent."""
        yield Chapter(gettext_noop("ordinary traffic"), self._ordinary())
        yield Chapter(gettext_noop("clocks that drift"), self._drift())
        yield Chapter(gettext_noop("an outage, then the backlog"), self._backlog())
        yield Chapter(gettext_noop("the same bytes again"), self._duplicates())
        yield Chapter(gettext_noop("other bytes under one key"), self._conflicts())
        yield Chapter(gettext_noop("old pictures under a new time"), self._replays())
        yield Chapter(gettext_noop("pictures that come apart"), self._groups())
        yield Chapter(gettext_noop("data announced, then sent"), self._announced())
        yield Chapter(gettext_noop("garbage and strangers"), self._garbage())
        yield Chapter(gettext_noop("a flood from one camera"), self._flood(), at_once=True)
        yield Chapter(gettext_noop("its neighbours meanwhile"), self._neighbours())

    def _ordinary(self) -> list[Sending]:
        found = [self._hikvision(self._red_light(self._cast.junction)) for _ in range(8)]
        found += [self._hikvision(self._passage(self._cast.junction)) for _ in range(4)]
        return found + [self._signed(self._red_light(self._cast.gateway)) for _ in range(4)]

    def _drift(self) -> list[Sending]:
        wrong = [
            self._signed(self._red_light(self._cast.gateway), offset_ms=4_200) for _ in range(4)
        ]
        far = self._now.replace(year=2034)
        return wrong + [
            self._hikvision(self._red_light(self._cast.junction, at=far + timedelta(minutes=n)))
            for n in range(3)
        ]

    def _backlog(self) -> list[Sending]:
        began = self._now - timedelta(hours=9)
        found = []
        for number in range(15):
            capture = self._red_light(
                self._cast.junction, at=began + timedelta(minutes=20 * number)
            )
            history = (b"<alarmDataType>0<", b"<alarmDataType>1<")
            found.append(self._hikvision(capture, history))
        return found

    def _duplicates(self) -> list[Sending]:
        once = [self._hikvision(self._red_light(self._cast.junction)) for _ in range(4)]
        return [sending for sending in once for _ in range(3)]

    def _conflicts(self) -> list[Sending]:
        found = []
        for _ in range(3):
            first = self._red_light(self._cast.junction)
            other = self._red_light(self._cast.junction, at=first.at)
            found += [
                self._hikvision(first),
                self._hikvision(replace(other, plate=first.plate)),
            ]
        return found

    def _replays(self) -> list[Sending]:
        found = []
        for _ in range(3):
            first = self._red_light(self._cast.junction)
            later = replace(first, at=first.at + timedelta(minutes=7))
            found += [self._hikvision(first), self._hikvision(later)]
        return found

    def _groups(self) -> list[Sending]:
        """Six violations in three messages each, shuffled; of two, one picture never comes."""
        snaps: list[Push] = []
        for number in range(6):
            mine = dahua_snaps(self._red_light(self._cast.dahua), 7_000 + number)
            snaps += mine[:2] if number < 2 else mine
        self._chance.shuffle(snaps)
        return [Sending(self._cast.dahua.path + DAHUA_PATH, snap) for snap in snaps]

    def _announced(self) -> list[Sending]:
        found = []
        for number in range(3):
            whole = self._hikvision(self._red_light(self._cast.junction))
            body = whole.push.body
            begin, end = body.index(b"<?xml"), body.index(b"</EventNotificationAlert>")
            more = body[begin:end] + b"<hasMoreData>true</hasMoreData></EventNotificationAlert>"
            announcement = Push({"Content-Type": "application/xml"}, more)
            found.append(Sending(whole.path, announcement))
            if number:  # the first announces what never comes
                found.append(whole)
        return found

    def _garbage(self) -> list[Sending]:
        path, hikvision = self._cast.junction.path, {"Content-Type": "application/xml"}
        whole = self._hikvision(self._red_light(self._cast.junction)).push
        jpeg_at = whole.body.index(b"\xff\xd8\xff")
        drawing = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        return [
            Sending(path, Push(whole.headers, whole.body[: len(whole.body) // 2])),
            Sending(path, Push(whole.headers, whole.body[:jpeg_at] + drawing + whole.body[-300:])),
            Sending(path, Push(hikvision, bomb)),
            Sending(path, Push(hikvision, b"hello")),
            Sending(path, Push({}, b"\x00" * 2_000)),
            Sending(self._cast.dahua.path + DAHUA_PATH, Push({}, b'{"Picture": {')),
            Sending(path, Push({}, bytes(13 * 1024 * 1024)), (413,)),
            Sending("/api/intake/hikvision/nobody/", whole, (403,)),
            Sending(self._cast.gateway.path, whole, (401,)),
        ]

    def _flood(self) -> list[Sending]:
        return [self._hikvision(self._passage(self._cast.junction)) for _ in range(FLOOD)]

    def _neighbours(self) -> list[Sending]:
        return [self._hikvision(self._red_light(self._cast.neighbour)) for _ in range(5)]

    def _red_light(self, device: SimulatedDevice, *, at: datetime | None = None) -> Capture:
        return capture_red_light(device, self._vehicle(), self._moment(at), self._seed())

    def _passage(self, device: SimulatedDevice) -> Capture:
        return capture_passage(device, self._vehicle(), self._moment(None), self._seed())

    def _hikvision(self, capture: Capture, change: tuple[bytes, bytes] | None = None) -> Sending:
        device = self._by_serial(capture.device_serial)
        push = write_push(device, capture, self._origin + device.path, self._now)
        if change:
            push = Push(push.headers, push.body.replace(*change))
        return Sending(device.path, push)

    def _signed(self, capture: Capture, *, offset_ms: int = 12) -> Sending:
        device = self._cast.gateway
        capture = replace(capture, clock_offset_ms=offset_ms)
        push = write_push(device, capture, self._origin + device.path, self._now)
        return Sending(device.path, push, (202,))

    def _by_serial(self, serial: str) -> SimulatedDevice:
        devices = (self._cast.junction, self._cast.neighbour)
        return next(device for device in devices if device.serial == serial)

    def _vehicle(self) -> SimulatedVehicle:
        return self._chance.choice(self._cast.vehicles)

    def _moment(self, at: datetime | None) -> datetime:
        """Return the given moment, or one a few seconds ago that no other event of the day has."""
        self._made += 1
        return at or self._now - timedelta(seconds=40) + timedelta(milliseconds=37 * self._made)

    def _seed(self) -> int:
        return self._chance.randrange(1, 1_000_000)
