"""What is agreed for one device: firmware of one vendor differs from box to box."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from cameras.adapters.boxes import Box
from cameras.adapters.vocabulary import VIOLATION_TYPES

TIME_RULES = frozenset({"offset_in_value", "local+07:00", "dahua_realutc", "dahua_utc_is_local"})
BOX_UNITS = frozenset({"per_mille", "unit", "pixel", "per_8192", "per_10000"})
CONFIDENCE_SCALES = frozenset({"percent", "unit", "byte"})
SPEED_UNITS = frozenset({"kmh", "mph", "cm_per_s"})
_CHOICES = {
    "time_rule": TIME_RULES,
    "plate_box_unit": BOX_UNITS,
    "confidence_scale": CONFIDENCE_SCALES,
    "speed_unit": SPEED_UNITS,
}


@dataclass(frozen=True)
class Profile:
    """What is agreed for one device, because firmware of one vendor differs from box to box.

    ``time_rule`` is ``offset_in_value`` (believe the zone the camera writes), ``local+07:00`` (its
    digits are Vietnamese wall time, whatever zone it prints), ``dahua_realutc`` or
    ``dahua_utc_is_local``. ``plate_box_unit`` is ``per_mille``, ``unit`` (0..1), ``pixel``,
    ``per_8192`` or ``per_10000``; ``confidence_scale`` ``percent``, ``unit`` or ``byte``;
    ``speed_unit`` ``kmh``, ``mph`` or ``cm_per_s``. ``code_map`` maps the vendor's violation codes
    to our types, ``make_map`` its brand codes to names, ``direction_map`` its words for direction.
    ``refused_pictures`` are picture types never taken out of the raw delivery. ``fixed_boxes`` are
    what the installation record says about every overview: where the stop line and the light are.
    ``group_seconds`` is how long the snaps of one violation are waited for, and
    ``expected_pictures`` how many the device sends when it does not say so itself (0: not agreed).
    """

    device_serial: str
    time_rule: str = "offset_in_value"
    code_map: Mapping[str, str] = field(default_factory=dict)
    plate_box_unit: str = "per_mille"
    confidence_scale: str = "percent"
    speed_unit: str = "kmh"
    make_map: Mapping[str, str] = field(default_factory=dict)
    direction_map: Mapping[str, str] = field(default_factory=dict)
    expected_country: str = ""
    mac_address: str = ""
    refused_pictures: tuple[str, ...] = ()
    fixed_boxes: tuple[Box, ...] = ()
    group_seconds: int = 20
    expected_pictures: int = 0

    def overridden(self, overrides: Mapping[str, Any]) -> "Profile":
        """Return this profile with a device's stored JSON merged over it.

        Maps are merged key by key, other values replaced. Raises ``ValueError`` on an unknown key
        or word and ``TypeError`` on a wrong type, so that a slip is seen when it is saved.
        """
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        changes: dict[str, Any] = {}
        for key, value in overrides.items():
            if key not in known or key == "device_serial":
                raise ValueError(f"unknown profile key: {key}")
            if isinstance(known[key], Mapping):
                if not isinstance(value, Mapping):
                    raise TypeError(f"profile key {key} must be an object")
                merged = {str(name): str(text) for name, text in value.items()}
                changes[key] = {**known[key], **merged}
            elif key == "fixed_boxes":
                changes[key] = tuple(_fixed_box(item) for item in value)
            elif isinstance(known[key], tuple):
                if not isinstance(value, list | tuple):
                    raise TypeError(f"profile key {key} must be a list")
                changes[key] = tuple(str(text) for text in value)
            elif isinstance(known[key], int):
                if type(value) is not int or not 0 <= value <= 3600:
                    raise TypeError(f"profile key {key} must be a whole number up to 3600")
                changes[key] = value
            elif isinstance(value, str):
                changes[key] = value
            else:
                raise TypeError(f"profile key {key} must be a string")
        for key, choices in _CHOICES.items():
            if changes.get(key, known[key]) not in choices:
                raise ValueError(f"profile key {key} must be one of {sorted(choices)}")
        unknown_types = set(changes.get("code_map", {}).values()) - VIOLATION_TYPES
        if unknown_types:
            raise ValueError(f"profile key code_map names unknown types: {sorted(unknown_types)}")
        return replace(self, **changes)


def _fixed_box(item: Mapping[str, Any]) -> Box:
    """Return a box from ``{kind, x, y, width, height}``; the figures are shares of the picture."""
    sides = [item[side] for side in ("x", "y", "width", "height")]
    shares = all(isinstance(side, int | float) and 0 <= side <= 1 for side in sides)
    if item["kind"] not in {"line", "signal"} or not shares:
        raise ValueError("profile key fixed_boxes needs line or signal and shares of the picture")
    x, y, width, height = (float(side) for side in sides)
    return Box(str(item["kind"]), x, y, width, height, "profile")
