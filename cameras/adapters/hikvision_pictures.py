"""Match the pictures a Hikvision message lists with the parts that really came."""

import re
from dataclasses import dataclass

from cameras.adapters.contract import Box, ByteRange, ParsedImage, Profile
from cameras.adapters.embedded import images_in
from cameras.adapters.figures import whole_number
from cameras.adapters.hikvision_codes import PICTURE_ROLES
from cameras.adapters.hikvision_fields import Fields
from cameras.adapters.multipart import Part

_BOXES = {
    "plateRect": "plate",
    "vehicelRect": "vehicle",  # the vendor's own spelling
    "TargetRect": "vehicle",
    "targetRect": "vehicle",
}


@dataclass(frozen=True)
class PictureSet:
    """The usable pictures of a message, and the codes of what was wrong with the others."""

    images: tuple[ParsedImage, ...]
    picture_ids: tuple[str, ...]
    times: tuple[str, ...]
    warnings: tuple[str, ...]


def match_pictures(
    message: Fields, event: Fields, parts: tuple[Part, ...], body: bytes, profile: Profile
) -> PictureSet:
    """Return the pictures as byte ranges, in the order of the message.

    A listed picture is found by file name or part name, else by its place among the parts. Never
    fetches a picture given as an address: that would let a camera choose what we open.
    """
    listed = [
        info
        for group in event.children("pictureInfoList")
        for info in group.children("pictureInfo")
    ]
    images: list[ParsedImage] = []
    warnings: list[str] = []
    overviews = 0
    assigned, waiting = _assign(listed, list(parts), warnings)
    for info, part in assigned:
        kind = _kind(info.text("type") or info.text("fileName"))
        if kind in profile.refused_pictures:
            warnings.append("picture_refused")
            continue
        role, overviews = _role(kind, overviews, warnings)
        boxes = _boxes(info, message, profile, warnings)
        if role.startswith("overview"):
            boxes += profile.fixed_boxes
        images += _cut(body, part, role, info.text("absTime"), boxes, warnings)
    for part in waiting:
        kind = _kind(part.filename or part.name)
        if kind in profile.refused_pictures:
            warnings.append("picture_refused")
            continue
        role, overviews = _role(kind, overviews, [])
        warnings.append("picture_unlisted")
        images += _cut(body, part, role, "", (), warnings)
    if (whole_number(message.text("picNum")) or 0) > len(parts):
        warnings.append("fewer_pictures_than_announced")
    return PictureSet(
        images=tuple(images),
        picture_ids=tuple(filter(None, (info.text("pId") for info in listed))),
        times=tuple(filter(None, (info.text("absTime") for info in listed))),
        warnings=tuple(warnings),
    )


def _assign(
    listed: list[Fields], waiting: list[Part], warnings: list[str]
) -> tuple[list[tuple[Fields, Part]], list[Part]]:
    """Pair listed pictures with parts; return the pairs and the parts left over.

    By file name first, then by kind, then by order. A part that names another kind is never taken
    for a picture that did not come.
    """
    chosen: dict[int, Part] = {}
    wanted = {number: info for number, info in enumerate(listed) if info.text("dataType") != "1"}
    warnings += ["picture_by_url"] * (len(listed) - len(wanted))
    for tag in ("fileName", "type"):
        for number, info in wanted.items():
            name = info.text(tag)
            if number in chosen or not name:
                continue
            found = next((part for part in waiting if _bare(name) in names_of(part)), None)
            if found is not None:
                chosen[number] = found
                waiting.remove(found)
    for number in wanted:
        if number in chosen:
            continue
        nameless = next((part for part in waiting if not _names_a_kind(part)), None)
        if nameless is not None:
            chosen[number] = nameless
            waiting.remove(nameless)
            warnings.append("picture_matched_by_order")
        else:
            warnings.append("picture_missing")
    return [(listed[number], chosen[number]) for number in sorted(chosen)], waiting


def names_of(part: Part) -> frozenset[str]:
    """Return what a part calls itself, without file endings: firmware uses one name or another."""
    content_id = next((text for name, text in part.headers if name.lower() == "content-id"), "")
    names = (part.filename, part.name, content_id.strip("<> "))
    return frozenset(_bare(name) for name in names) - {""}


def _names_a_kind(part: Part) -> bool:
    return any(_kind(name) in PICTURE_ROLES for name in names_of(part))


def _bare(name: str) -> str:
    return re.sub(r"\.(?:jpe?g|mp4|xml)$", "", name.strip(), flags=re.IGNORECASE)


def _kind(name: str) -> str:
    """Return the picture type without file ending and running number: ``detectionPicture_2``."""
    return re.sub(r"_\d+$", "", _bare(name))


def _role(kind: str, overviews: int, warnings: list[str]) -> tuple[str, int]:
    role = PICTURE_ROLES.get(kind)
    if role is None:
        warnings.append("picture_type_unknown")
        return "context", overviews
    if role != "overview":
        return role, overviews
    overviews += 1
    return (f"overview_{overviews}" if overviews <= 3 else "context"), overviews


def _cut(
    body: bytes,
    part: Part,
    role: str,
    captured: str,
    boxes: tuple[Box, ...],
    warnings: list[str],
) -> list[ParsedImage]:
    where = ByteRange(part.offset, part.length)
    return images_in(
        part.of(body),
        where,
        role=role,
        warnings=warnings,
        name=part.filename or part.name,
        captured_local=captured,
        boxes=boxes,
        cut_short=not part.complete,
    )


def _boxes(info: Fields, message: Fields, profile: Profile, warnings: list[str]) -> tuple[Box, ...]:
    found = []
    for tag, kind in _BOXES.items():
        rectangle = info.child(tag)
        if rectangle is None:
            continue
        names = (("X", "x"), ("Y", "y"), ("width",), ("height",))
        texts = [next(filter(None, (rectangle.text(name) for name in pair)), "") for pair in names]
        raw = ",".join(texts)
        if not all(re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,9})?", text) for text in texts):
            warnings.append("box_unreadable")
            continue
        across, down = _scale("unit" if tag == "TargetRect" else profile.plate_box_unit, message)
        x, y, width, height = (float(text) for text in texts)
        box = Box(kind, x / across, y / down, width / across, height / down, raw)
        if not width or not height or box.x + box.width > 1.001 or box.y + box.height > 1.001:
            warnings.append("box_outside_picture")
            continue
        found.append(box)
    return tuple(found)


def _scale(unit: str, message: Fields) -> tuple[float, float]:
    if unit == "per_mille":
        return 1000.0, 1000.0
    size = message.child("detectionBackgroundImageResolution")
    if unit == "pixel" and size:
        width, height = whole_number(size.text("width")), whole_number(size.text("height"))
        if width and height:
            return float(width), float(height)
    return 1.0, 1.0
