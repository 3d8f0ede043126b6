"""Play the bad day against a running portal, and balance its books afterwards.

Every push that was answered names its delivery (``X-Request-Id``). When the portal has had time to
read them, each must be there exactly once, in one of the states a delivery can end in:
sent = kept = read + put aside.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext

from cameras.bad_day import BadDay, Cast, Chapter, Sending
from cameras.inbox import push_path
from cameras.models import Delivery, Detection, Device, DeviceCertificate, Site, Unit
from cameras.simulated_push import hikvision_profile
from cameras.simulator import SimulatedDevice, SimulatedVehicle

#: A key anybody may know: the gateway of this day exists in trial systems only.
GATEWAY_KEY = bytes(range(100, 132))
PLACE = "nút giao Ngày Xấu (mẫu)"
GROUP_SECONDS = 10
#: Longer than every group and every sweep.
PATIENCE = timedelta(seconds=240)

READ = (Delivery.State.PARSED, Delivery.State.DUPLICATE, Delivery.State.HEARTBEAT)
WAITING = (Delivery.State.RECEIVED, Delivery.State.GROUPED)


class NotRunning(Exception):
    """No portal answers where the day was to be played."""


@dataclass
class Page:
    """The books of one chapter."""

    name: str
    sent: int = 0
    wrong_answers: int = 0
    slowest_ms: int = 0
    receipts: list[uuid.UUID] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    detections: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """Return how many of the answered deliveries are in the database."""
        return sum(self.states.values())

    @property
    def read(self) -> int:
        """Return how many were read: for the first time, as a repetition, or as a sign of life."""
        return sum(self.states[state] for state in READ)

    @property
    def put_aside(self) -> int:
        """Return how many are in quarantine."""
        return self.states[Delivery.State.QUARANTINED]

    @property
    def balances(self) -> bool:
        """Tell whether everything sent was kept, and everything kept was read or put aside."""
        return self.sent == self.kept == self.read + self.put_aside and not self.wrong_answers


def play(
    origin: str,
    vehicles: list[SimulatedVehicle],
    *,
    now: datetime,
    seed: int,
    say: Callable[[str], None],
) -> list[Page]:
    """Send every chapter, wait until all is read, and return the books. Raises NotRunning."""
    try:
        httpx.get(origin, timeout=10)
    except httpx.TransportError as error:
        raise NotRunning(origin) from error
    day = BadDay(enlist(vehicles, now=now), origin, now, seed=seed)
    pages = []
    for chapter in day.chapters():
        page = _send(origin, chapter)
        say(f"{gettext(chapter.name)}: {page.sent}")
        pages.append(page)
    _wait(pages, say)
    for page in pages:
        _count(page)
    return pages


def enlist(vehicles: list[SimulatedVehicle], *, now: datetime) -> Cast:
    """Register the devices of the day, or find those of an earlier one."""
    unit = Unit.objects.order_by("code").filter(level=Unit.Level.PROVINCIAL).first()
    if unit is None:
        raise NotRunning("no unit is registered")
    profile = hikvision_profile("red_light") | {"group_seconds": GROUP_SECONDS}
    public = Ed25519PrivateKey.from_private_bytes(GATEWAY_KEY).public_key().public_bytes_raw()
    dahua = {"group_seconds": GROUP_SECONDS, "fixed_boxes": profile["fixed_boxes"]}
    return Cast(
        junction=_device("CAM-XAU-1", "hikvision-isapi", profile, unit, now),
        neighbour=_device("CAM-XAU-2", "hikvision-isapi", profile, unit, now),
        dahua=_device("CAM-XAU-3", "dahua-itsapi", dahua, unit, now),
        gateway=_device("CAM-XAU-4", "generic-signed", {}, unit, now, public_key=public),
        vehicles=vehicles,
    )


def _device(
    code: str,
    adapter: str,
    profile: dict[str, object],
    unit: Unit,
    now: datetime,
    *,
    public_key: bytes | None = None,
) -> SimulatedDevice:
    site, _made = Site.objects.get_or_create(
        code="N-XAU",
        defaults={
            "name": PLACE,
            "unit": unit,
            "longitude_microdegrees": 105_800_000,
            "latitude_microdegrees": 21_000_000,
        },
    )
    device, made = Device.objects.get_or_create(
        code=code,
        defaults={
            "serial": f"MAU-{code}",
            "vendor": "Mẫu",
            "model": "Ngày xấu (mẫu)",
            "adapter": adapter,
            "profile": profile,
            "site": site,
            "public_key": public_key,
        },
    )
    if made:
        for kind in DeviceCertificate.Kind.values:
            DeviceCertificate.objects.create(
                device=device,
                kind=kind,
                number=f"MAU-{code}-{kind}",
                issued_by="cơ quan kiểm định (mẫu)",
                valid_from=now.date() - timedelta(days=100),
                valid_until=now.date() + timedelta(days=265),
            )
    return SimulatedDevice(
        code=device.code,
        serial=device.serial,
        adapter=device.adapter,
        path=push_path(device),
        place=PLACE,
        scene="red_light",
        private_key=GATEWAY_KEY if public_key else None,
    )


def _send(origin: str, chapter: Chapter) -> Page:
    page = Page(chapter.name)
    with httpx.Client(base_url=origin, timeout=60) as client:
        threads = 8 if chapter.at_once else 1
        with ThreadPoolExecutor(threads) as pool:
            answers = list(pool.map(lambda sending: _post(client, sending), chapter.sendings))
    for receipt, expected, milliseconds in answers:
        page.sent += 1
        page.wrong_answers += not expected
        page.slowest_ms = max(page.slowest_ms, milliseconds)
        if receipt is not None:
            page.receipts.append(receipt)
    return page


def _post(client: httpx.Client, sending: Sending) -> tuple[uuid.UUID | None, bool, int]:
    began = time.perf_counter()
    answer = client.post(sending.path, content=sending.push.body, headers=sending.push.headers)
    milliseconds = round((time.perf_counter() - began) * 1000)
    receipt = answer.headers.get("X-Request-Id")
    return (
        uuid.UUID(receipt) if receipt else None,
        answer.status_code in sending.expects,
        milliseconds,
    )


def _wait(pages: list[Page], say: Callable[[str], None]) -> None:
    """Wait until every delivery is here and none waits to be read, or patience ends."""
    receipts = [receipt for page in pages for receipt in page.receipts]
    ends_at = time.monotonic() + PATIENCE.total_seconds()
    while time.monotonic() < ends_at:
        here = Delivery.objects.filter(pk__in=receipts)
        missing = len(receipts) - here.count()
        waiting = here.filter(state__in=WAITING).count()
        if not missing and not waiting:
            return
        say(gettext("%(count)d deliveries still on their way") % {"count": missing + waiting})
        time.sleep(5)


def _count(page: Page) -> None:
    here = Delivery.objects.filter(pk__in=page.receipts)
    page.states.update(here.values_list("state", flat=True))
    found = Detection.objects.filter(delivery__in=page.receipts)
    page.detections.update(found.values_list("state", flat=True))
