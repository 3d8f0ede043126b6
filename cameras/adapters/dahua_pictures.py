"""Take the pictures and boxes out of a Dahua message.

Pictures are base64 text in objects named ``NormalPic``, ``CutoutPic``, ``VehiclePic``, one or a
list of them, or in a list ``Pics``. A box is left, top, right and bottom of the scene.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cameras.adapters.contract import MAX_PICTURES, Box, ParsedImage, Profile
from cameras.adapters.dahua_codes import OCCUPANT_WORDS, PICTURE_ROLES
from cameras.adapters.dahua_messages import RoadUser, TrafficEvent
from cameras.adapters.embedded import embedded_images, scaled_box
from cameras.adapters.ranges import EmbeddedPictures
from cameras.adapters.vendor_json import VendorFields

_SIDES = {"per_8192": 8192.0, "per_mille": 1000.0, "unit": 1.0, "pixel": 0.0}
_FIGURE = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True)
class PictureSet:
    """The usable pictures of one road user, and the codes of what was wrong with the others."""

    images: tuple[ParsedImage, ...]
    warnings: tuple[str, ...]


def pictures_of(
    event: TrafficEvent,
    user: RoadUser,
    embedded: EmbeddedPictures,
    profile: Profile,
    *,
    is_alone: bool,
) -> PictureSet:
    """Return the pictures as ranges of the body, in the order of the message.

    The boxes belong to the first scene. Where two road users share a message nobody says whose the
    crops are, so they are ``context`` then. An address given for a picture is never fetched.
    """
    warnings: list[str] = []
    images: list[ParsedImage] = []
    scenes = 0
    boxes = _boxes(user, profile, warnings)
    for kind, picture in _listed(event):
        if len(images) > MAX_PICTURES:
            break  # already one more than any device may send: the delivery is put aside
        if kind in profile.refused_pictures:
            warnings.append("picture_refused")
            continue
        content, name = picture.at("Content"), picture.text("PicName")
        if not isinstance(content, str) or content.strip() in {"", "-"}:
            _note_absence(picture, content, name, warnings)
            continue
        role = _role(kind, warnings)
        drawn: tuple[Box, ...] = ()
        if role == "overview":
            scenes += 1
            role = f"overview_{scenes}" if scenes <= 3 else "context"
            drawn = (*(boxes if scenes == 1 else ()), *profile.fixed_boxes)
        elif role.endswith("_crop") and not is_alone:
            role = "context"
        images += embedded_images(
            content, embedded, role=role, warnings=warnings, name=name[:200], boxes=drawn
        )
    return PictureSet(_each_once(images, warnings), tuple(warnings))


def _listed(event: TrafficEvent) -> Iterator[tuple[str, VendorFields]]:
    """Return every picture object with its type, each once, wherever it stands in the event."""
    seen: list[Any] = []
    for holder in (*event.pictures, event.data, event.entry):
        if any(holder.value is value for value in seen):
            continue
        seen.append(holder.value)
        for name in holder.value:
            kind = re.sub(r"_?[0-9]{1,2}\Z", "", name)
            if kind.endswith("Pic"):
                yield from ((kind, picture) for picture in holder.items(name))
        for picture in holder.items("Pics"):
            kind = picture.text("PicType") or picture.text("Type")
            yield re.sub(r"_?[0-9]{1,2}\Z", "", kind), picture


def _note_absence(picture: VendorFields, content: Any, name: str, warnings: list[str]) -> None:
    """Note a picture that was named or promised and did not come; nothing at all is normal."""
    if picture.text("URL"):
        warnings.append("picture_by_url")
    elif content not in (None, "", "-") or name:
        warnings.append("picture_empty")


def _role(kind: str, warnings: list[str]) -> str:
    role = PICTURE_ROLES.get(kind)
    if role is not None:
        return role
    warnings.append("picture_type_unknown")
    may_show_a_face = any(word in kind.lower() for word in OCCUPANT_WORDS)
    return "occupant" if may_show_a_face else "context"


def _boxes(user: RoadUser, profile: Profile, warnings: list[str]) -> tuple[Box, ...]:
    side = _SIDES[profile.plate_box_unit]
    drawn = (
        _box("plate", user.plate_box, side, warnings),
        _box("vehicle", user.vehicle_box, side, warnings),
    )
    return tuple(box for box in drawn if box is not None)


def _box(kind: str, corners: Any, side: float, warnings: list[str]) -> Box | None:
    """Return a box from left, top, right and bottom; None when it was never set."""
    if corners in (None, "", []):
        return None
    texts = corners if isinstance(corners, list) else []
    if len(texts) != 4 or not all(_is_figure(text) for text in texts):
        warnings.append("box_unreadable")
        return None
    left, top, right, bottom = (float(text) for text in texts)
    if not any((left, top, right, bottom)):
        return None
    sizes = (str(left), str(top), str(right - left), str(bottom - top))
    box = scaled_box(kind, sizes, side, side, warnings)
    return None if box is None else replace(box, raw=",".join(texts))


def _is_figure(text: Any) -> bool:
    return isinstance(text, str) and _FIGURE.fullmatch(text) is not None


def _each_once(images: list[ParsedImage], warnings: list[str]) -> tuple[ParsedImage, ...]:
    """Leave out a picture sent twice: a repetition shows nothing more."""
    found: dict[str, ParsedImage] = {}
    for image in images:
        found.setdefault(image.sha256, image)
    if len(found) < len(images):
        warnings.append("picture_repeated")
    return tuple(found.values())
