"""Compare the vehicle in the pictures with the vehicle in the register."""

from __future__ import annotations

from django.utils.translation import gettext

from violations.models import Violation


def disagreements(case: Violation) -> list[str]:
    """Return, in words, what differs between picture and register. TT 73/2024 Đ24 k1a

    Only what the device claims is compared: an empty or unknown claim proves nothing either way.
    """
    answer = case.register_answers.filter(found=True).first()
    if answer is None:
        return []
    return differences(case, answer.vehicle_class, answer.vehicle_colour, answer.make)


def differences(case: Violation, vehicle_class: str, vehicle_colour: str, make: str) -> list[str]:
    """Return, in words, what differs between the pictures and a vehicle of the register."""
    detection = case.detection
    pairs = (
        (gettext("class"), case.vehicle_class, vehicle_class),
        (gettext("colour"), detection.vehicle_colour, vehicle_colour),
        (gettext("make"), detection.vehicle_make, make),
    )
    return [
        f"{name}: {seen} / {registered}"
        for name, seen, registered in pairs
        if seen and registered and seen != "unknown" and seen.casefold() != registered.casefold()
    ]
