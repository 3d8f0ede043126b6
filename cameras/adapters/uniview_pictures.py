"""Match the pictures a Uniview notification lists with its vehicles and with the parts that came.

A picture is base64 text in ``ImageInfoList``, or the part ``image1`` … ``imageN`` of a multipart
body under the same number; an address is never fetched. Boxes stand in ten-thousandths.
"""

import re
from dataclasses import dataclass

from cameras.adapters.contract import Box, ParsedImage, Profile
from cameras.adapters.json_delivery import JsonDelivery
from cameras.adapters.multipart import Part
from cameras.adapters.uniview_words import OWN_PICTURES, PICTURE_ROLES
from cameras.adapters.vendor_claims import PictureRoles, box_scale, corner_box, warn_of_missing
from cameras.adapters.vendor_json import VendorFields

_INDICES = ("LargePicAttachIndex", "SmallPicAttachIndex", "PlatePicAttachIndex")
#: Written when the object was not located: the whole picture.
_WHOLE = ("0", "0", "10000", "10000")


@dataclass(frozen=True)
class _Place:
    """Where one vehicle stands in its full picture."""

    vehicle: tuple[str, ...]
    plate: tuple[str, ...]


def pictures_of(
    delivery: JsonDelivery,
    listed: list[VendorFields],
    vehicle: VendorFields,
    is_alone: bool,
    profile: Profile,
    warnings: list[str],
) -> list[ParsedImage]:
    """Return the pictures of one vehicle, in the order they are listed.

    Of several vehicles in one message each has those it names; one alone has them all.
    """
    roles = PictureRoles(profile)
    place = _Place(
        _corners(vehicle.text("Position")),
        _corners(
            vehicle.text("PlateAttributeInfo", "Position") or vehicle.text("PlateAttr", "Position")
        ),
    )
    plate_index = vehicle.text("PlatePicAttachIndex") or vehicle.text(
        "PlateAttributeInfo", "PlatePicAttachIndex"
    )
    named = _named(vehicle, plate_index)
    waiting = list(delivery.parts)
    images: list[ParsedImage] = []
    for info in listed:
        index = info.text("Index")
        part = _part_of(info, waiting)
        if not is_alone and index not in named:
            continue
        kind = _kind(info, bool(index) and index == plate_index, warnings)
        images += _taken(delivery, info, part, kind, place, roles, warnings)
    for name, kind in OWN_PICTURES.items():
        if name in vehicle.value:
            own = vehicle.fields(name)
            images += _taken(delivery, own, None, kind, place, roles, warnings)
    if is_alone:
        for part in waiting:
            warnings.append("picture_unlisted")
            role = roles.role("overview")
            images += delivery.part_images(part, role=role, warnings=warnings)
    warn_of_missing(images, 0, profile, warnings)
    return images


def _taken(
    delivery: JsonDelivery,
    info: VendorFields,
    part: Part | None,
    kind: str,
    place: _Place,
    roles: PictureRoles,
    warnings: list[str],
) -> list[ParsedImage]:
    if (
        kind in roles.profile.refused_pictures
        or info.text("Type") in roles.profile.refused_pictures
    ):
        warnings.append("picture_refused")
        return []
    text = info.at("Data")
    is_text = isinstance(text, str) and bool(text)
    if not is_text and part is None:
        by_url = info.text("URL") or info.text("DataType") in {"1", "2"}
        missing = "picture_empty" if isinstance(text, str) else "picture_missing"
        warnings.append("picture_by_url" if by_url else missing)
        return []
    role = roles.role(kind)
    boxes = _boxes(place, info, role, roles, warnings)
    captured = info.text("CaptureTime")
    if is_text:
        return delivery.embedded(
            text,
            role=role,
            warnings=warnings,
            name=f"image{info.text('Index')}",
            captured_local=captured,
            boxes=boxes,
        )
    assert part is not None
    return delivery.part_images(
        part, role=role, warnings=warnings, captured_local=captured, boxes=boxes
    )


def _named(vehicle: VendorFields, plate_index: str) -> set[str]:
    """Return the numbers of the pictures one vehicle claims as its own."""
    named = {vehicle.text(name) for name in _INDICES}
    others = vehicle.items("ComAttachIndexInfoList")
    named |= {item.text("AttachIndex") for item in others}
    return (named | {plate_index}) - {"", "0"}


def _kind(info: VendorFields, is_plate: bool, warnings: list[str]) -> str:
    if is_plate:
        return "plate_crop"
    kind = PICTURE_ROLES.get(info.text("Type"))
    if kind is None:
        warnings.append("picture_type_unknown")
    return kind or "context"


def _part_of(info: VendorFields, waiting: list[Part]) -> Part | None:
    """Take the part with the number of a listed picture out of those that wait."""
    index = info.text("Index")
    for part in waiting:
        numbers = re.findall(r"\d+", part.name)[-1:] + re.findall(r"\d+", part.filename)[-1:]
        if index and index in numbers:
            waiting.remove(part)
            return part
    return None


def _corners(text: str) -> tuple[str, ...]:
    """Return left, top, right and bottom of ``x,y;x,y``; the whole picture counts as none."""
    corners = tuple(re.split(r"[,;\s]+", text.strip())) if text.strip() else ()
    return () if corners == _WHOLE or len(corners) != 4 else corners


def _boxes(
    place: _Place, info: VendorFields, role: str, roles: PictureRoles, warnings: list[str]
) -> tuple[Box, ...]:
    if role != "overview_1":
        return roles.boxes(role, ())
    scale = box_scale(roles.profile.plate_box_unit, info.text("Width"), info.text("Height"))
    found: tuple[Box, ...] = ()
    for kind, corners in (("vehicle", place.vehicle), ("plate", place.plate)):
        if corners:
            found += corner_box(kind, corners, scale, warnings)
    return roles.boxes(role, found)
