"""What the register says about the vehicle under review: class, make and colour, never the owner.

Asked before anything is decided, so nothing about a person is taken or kept; the answer that
counts is asked again by ``ownership`` once the case is verified.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

import httpx
from django.conf import settings
from django.core.cache import cache

from violations.registry import RegisterClient, RegisterRefused, RegisterUnavailable

KEPT_SECONDS = 600


@dataclass(frozen=True)
class Preview:
    """The answer: ``state`` is ``found``, ``not_found``, ``unavailable`` or ``refused``."""

    state: str
    vehicle_class: str = ""
    vehicle_colour: str = ""
    make: str = ""
    model: str = ""


def known(plate: str, plate_colour: str, vehicle_class: str) -> Preview | None:
    """Return an answer of the last ten minutes without asking anybody."""
    kept = cache.get(_key(plate, plate_colour, vehicle_class))
    return Preview(**kept) if kept else None


def ask(plate: str, plate_colour: str, vehicle_class: str) -> Preview:
    """Ask the register, or return what it said in the last ten minutes.

    That the register is down is not kept: the next question asks again.
    """
    earlier = known(plate, plate_colour, vehicle_class)
    if earlier is not None:
        return earlier
    with httpx.Client(follow_redirects=False) as http:
        register = RegisterClient(settings.REGISTER_URL, settings.KEYS["REGISTER_TOKEN"], http)
        try:
            vehicle = register.find(plate, plate_colour, vehicle_class)
        except RegisterUnavailable:
            return Preview("unavailable")
        except RegisterRefused:
            return Preview("refused")
    answer = (
        Preview("not_found")
        if vehicle is None
        else Preview(
            "found", vehicle.vehicle_class, vehicle.vehicle_colour, vehicle.make, vehicle.model
        )
    )
    cache.set(_key(plate, plate_colour, vehicle_class), asdict(answer), KEPT_SECONDS)
    return answer


def _key(plate: str, plate_colour: str, vehicle_class: str) -> str:
    """Name the entry by a hash: the table of short-lived entries holds no plate in the open."""
    identity = f"{plate}/{plate_colour}/{vehicle_class}".encode()
    return "register-preview:" + hashlib.sha256(identity).hexdigest()
