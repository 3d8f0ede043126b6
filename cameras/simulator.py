"""Simulated roadside devices that push over HTTP, steadily and like real ones.

Used by the demonstration and by load trials. A device draws its pictures (``cameras.scene``),
writes them in its vendor's format (``cameras.simulated_push``) and posts them. As in the field,
some vehicles merely pass, and a camera now and then sends the same bytes twice.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cameras.scene import (
    Frame,
    RedLight,
    Sighting,
    Speeding,
    draw_passage,
    draw_red_light,
    draw_speeding,
)
from cameras.simulated_push import Capture, Push, hikvision_push, signed_push

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
#: The bytes leave a device this long after the wheel crossed the line.
DELAY = timedelta(seconds=3)
PASSAGE_EVERY, RESEND_EVERY = 7, 9


@dataclass(frozen=True)
class SimulatedDevice:
    """One device at its place. ``scene`` is red_light or speed_over; ``path`` holds its secret.

    ``private_key`` (32 bytes) is for ``generic-signed`` only.
    """

    code: str
    serial: str
    adapter: str
    path: str
    place: str
    scene: str
    private_key: bytes | None = None
    limit_tenths: int = 800
    certificate_number: str = ""
    certificate_until: str = ""


@dataclass(frozen=True)
class SimulatedVehicle:
    """A fictitious vehicle, in the words of the vehicle register."""

    plate: str
    plate_colour: str
    vehicle_class: str
    vehicle_colour: str
    make: str = ""


@dataclass(frozen=True)
class Sent:
    """What became of one push; ``status`` is 0 when nobody answered."""

    device_code: str
    violation_type: str | None
    status: int
    body: bytes


def capture_red_light(
    device: SimulatedDevice, vehicle: SimulatedVehicle, at: datetime, seed: int
) -> Capture:
    """Return a vehicle driving through the red light at ``at``, with three pictures."""
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    red_since_ms = chance.randrange(700, 9000)
    sighting = _sighting(device, vehicle, at, seed, lane=chance.choice((1, 2)))
    frames = draw_red_light(RedLight(sighting, red_since_ms, red_seconds=chance.choice((30, 45))))
    return _capture(
        device, vehicle, sighting, "red_light", tuple(frames), red_since_ms=red_since_ms
    )


def capture_speeding(
    device: SimulatedDevice,
    vehicle: SimulatedVehicle,
    at: datetime,
    seed: int,
    measured_tenths: int | None = None,
) -> Capture:
    """Return a vehicle above the limit; without a figure 6 to 40 km/h above it."""
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    sighting = _sighting(device, vehicle, at, seed, lane=chance.choice((1, 2, 3)))
    measured = measured_tenths or device.limit_tenths + chance.randrange(60, 400)
    frames = draw_speeding(
        Speeding(
            sighting,
            measured,
            device.limit_tenths,
            device.certificate_number,
            device.certificate_until,
        )
    )
    return _capture(
        device,
        vehicle,
        sighting,
        "speed_over",
        tuple(frames),
        measured_tenths=measured,
        limit_tenths=device.limit_tenths,
    )


def write_push(device: SimulatedDevice, capture: Capture, url: str, now: datetime) -> Push:
    """Return the request in the device's own format; ``now`` is the moment of signing."""
    if device.adapter == "generic-signed":
        if device.private_key is None:
            raise ValueError("a signed push needs the device's private key")
        key = Ed25519PrivateKey.from_private_bytes(device.private_key)
        return signed_push(capture, url, key, now)
    return hikvision_push(capture)


def push(url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Post one delivery the way a device does: one try, no redirects, no cookies."""
    return httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS)


class Traffic:
    """Devices taking turns. The same seed gives the same vehicles in the same order.

    Every ``passage_every``-th vehicle breaks no rule; every ``resend_every``-th push comes twice.
    """

    def __init__(
        self,
        base_url: str,
        devices: Sequence[SimulatedDevice],
        vehicles: Sequence[SimulatedVehicle],
        *,
        seed: int = 1,
        passage_every: int = PASSAGE_EVERY,
        resend_every: int = RESEND_EVERY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        if not devices or not vehicles:
            raise ValueError("traffic needs at least one device and one vehicle")
        self._base_url = base_url.rstrip("/")
        self._devices, self._vehicles = list(devices), list(vehicles)
        self._chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
        self._clock = clock
        self._passage_every, self._resend_every = passage_every, resend_every
        self._number = 0

    def send_next(self) -> Sent:
        """Draw, write and post the next event, twice where a camera would have done so."""
        self._number += 1
        device = self._devices[self._number % len(self._devices)]
        vehicle = self._chance.choice(self._vehicles)
        seed = self._chance.randrange(1, 1_000_000)
        now = self._clock()
        capture = self._captured(device, vehicle, now - DELAY, seed)
        url = self._base_url + device.path
        request = write_push(device, capture, url, now)
        sent = self._post(device, capture, url, request)
        if self._number % self._resend_every == 0 and device.adapter == "hikvision-isapi":
            self._post(device, capture, url, request)
        return sent

    def run(self, every_seconds: float, stop_event: threading.Event) -> int:
        """Send until stopped; a device that gets no answer goes on. Returns how many were sent."""
        while not stop_event.is_set():
            sent = self.send_next()
            logger.info("%s pushed: %s", sent.device_code, sent.status or "no answer")
            stop_event.wait(every_seconds)
        return self._number

    def _captured(
        self, device: SimulatedDevice, vehicle: SimulatedVehicle, at: datetime, seed: int
    ) -> Capture:
        if self._number % self._passage_every == 0:
            return capture_passage(device, vehicle, at, seed)
        if device.scene == "speed_over":
            return capture_speeding(device, vehicle, at, seed)
        return capture_red_light(device, vehicle, at, seed)

    def _post(self, device: SimulatedDevice, capture: Capture, url: str, request: Push) -> Sent:
        try:
            answer = push(url, request.body, request.headers)
        except httpx.HTTPError:
            return Sent(device.code, capture.violation_type, 0, b"")
        return Sent(device.code, capture.violation_type, answer.status_code, answer.content)


def capture_passage(
    device: SimulatedDevice, vehicle: SimulatedVehicle, at: datetime, seed: int
) -> Capture:
    """Return a vehicle that merely passes, at green or within the limit: no violation."""
    sighting = _sighting(device, vehicle, at, seed, lane=2)
    if device.scene != "speed_over":
        return _capture(device, vehicle, sighting, None, tuple(draw_passage(sighting)))
    measured = device.limit_tenths - 120
    number, until = device.certificate_number, device.certificate_until
    calm = Speeding(sighting, measured, device.limit_tenths, number, until)
    return _capture(
        device, vehicle, sighting, None, tuple(draw_speeding(calm)), measured_tenths=measured
    )


def run(
    base_url: str,
    devices: Sequence[SimulatedDevice],
    vehicles: Sequence[SimulatedVehicle],
    *,
    every_seconds: float,
    stop_event: threading.Event,
    seed: int = 1,
) -> int:
    """Keep devices pushing to a portal until the event is set. Returns how many were sent."""
    return Traffic(base_url, devices, vehicles, seed=seed).run(every_seconds, stop_event)


def _sighting(
    device: SimulatedDevice, vehicle: SimulatedVehicle, at: datetime, seed: int, lane: int
) -> Sighting:
    return Sighting(
        camera_code=device.code,
        place=device.place,
        at=at,
        plate=vehicle.plate,
        vehicle_class=vehicle.vehicle_class,
        vehicle_colour=vehicle.vehicle_colour,
        plate_colour=vehicle.plate_colour,
        lane=lane,
        seed=seed,
    )


def _capture(
    device: SimulatedDevice,
    vehicle: SimulatedVehicle,
    sighting: Sighting,
    violation_type: str | None,
    frames: tuple[Frame, ...],
    *,
    measured_tenths: int | None = None,
    limit_tenths: int | None = None,
    red_since_ms: int | None = None,
) -> Capture:
    chance = random.Random(sighting.seed + 7)  # noqa: S311 -- a drawing, not a secret
    beliefs = [chance.randrange(95, 100) * 10 for _ in vehicle.plate]
    if chance.random() < 0.25:
        beliefs[chance.randrange(len(beliefs))] = chance.randrange(60, 80) * 10
    return Capture(
        device_serial=device.serial,
        violation_type=violation_type,
        at=sighting.at,
        frames=frames,
        plate=vehicle.plate,
        plate_colour=vehicle.plate_colour,
        vehicle_class=vehicle.vehicle_class,
        vehicle_colour=vehicle.vehicle_colour,
        vehicle_make=vehicle.make,
        lane=sighting.lane,
        measured_tenths=measured_tenths,
        limit_tenths=limit_tenths,
        red_since_ms=red_since_ms,
        char_confidences=tuple(beliefs),
    )
