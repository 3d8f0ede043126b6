"""What a Hikvision message says beyond the common claim: occupants, weight, duration, a film."""

import hashlib
from typing import Any

from cameras.adapters.contract import ByteRange, ParsedFilm
from cameras.adapters.figures import thousandths, whole_number
from cameras.adapters.hikvision_fields import Fields
from cameras.adapters.hikvision_pictures import names_of
from cameras.adapters.multipart import Part
from cameras.films import inspect_film

_OCCUPANTS = {
    "helmet_driver": "helmet",
    "belt_driver": "pilotsafebelt",
    "belt_passenger": "vicepilotsafebelt",
    "phone": "uphone",
}
_ANSWERS = frozenset({"yes", "no", "unknown"})


def details_of(message: Fields, event: Fields) -> dict[str, Any]:
    """Return the further parts of the canonical event in its own words; what is not said is not in.

    The vendor's weights are tonnes (axles: kilograms), ours whole kilograms; its duration is that
    from the first picture to the last, milliseconds.
    """
    found: dict[str, Any] = {}
    occupants = {
        ours: answer
        for ours, theirs in _OCCUPANTS.items()
        if (answer := event.text(theirs).lower()) in _ANSWERS
    }
    if set(occupants.values()) - {"unknown"}:
        found["occupants"] = occupants
    weight = message.child("VehicleWeightInfo")
    if weight is not None and (total := thousandths(weight.text("weight"))):
        found["weight"] = _weight(weight, total)
    if duration := whole_number(event.text("dwIllegalTime")):
        found["violation_duration_ms"] = duration
    return found


def is_film(part: Part) -> bool:
    """Tell whether a part calls itself a film."""
    if part.media_type.startswith("image/"):
        return False
    named = part.filename.lower().endswith(".mp4") or part.name.lower().endswith(".mp4")
    return named or part.media_type.startswith("video/") or "record" in names_of(part)


def films_of(
    message: Fields, parts: tuple[Part, ...], body: bytes
) -> tuple[tuple[ParsedFilm, ...], tuple[str, ...]]:
    """Return the films that came as ranges of the body, and the codes of what is wrong.

    A film cut short is left out and said to be; a part that is no MP4 at all stays in, so that it
    is put aside with the delivery: somebody sent something else in its place.
    """
    found, warnings = [], []
    for part in parts:
        data = part.of(body)
        is_cut = data[4:8] == b"ftyp" and inspect_film(data) is None
        if not data or is_cut or not part.complete:
            warnings.append("film_truncated" if data else "film_empty")
            continue
        facts = inspect_film(data)
        found.append(
            ParsedFilm(
                where=ByteRange(part.offset, part.length),
                sha256=hashlib.sha256(data).hexdigest(),
                media_type="video/mp4",
                duration_ms=facts.duration_ms if facts else None,
                name=part.filename or part.name,
            )
        )
    record = message.child("RecordInfo")
    if record is not None and not parts:
        warnings.append("film_by_url" if record.text("dataType") == "1" else "film_missing")
    return tuple(found), tuple(warnings)


def _weight(weight: Fields, total: int) -> dict[str, Any]:
    described: dict[str, Any] = {"total_kg": total}
    if limit := thousandths(weight.text("limitWeight")):
        described["limit_kg"] = limit
    axles = [
        thousands // 1000
        for group in weight.children("AxleInfoList")
        for axle in group.children("AxleInfo")
        if (thousands := thousandths(axle.text("axleWeight"))) is not None
    ]
    if axles:
        described["axle_kg"] = axles[:10]
    return described
