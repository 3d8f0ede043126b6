"""The pictures an Axis message brings: base64 text in it, or parts beside it; addresses never.

A plate's box stands in pixels of a frame whose size the message does not tell, so it is measured
against the picture itself.
"""

import re

from cameras.adapters.axis_words import PLATE_PICTURES, VEHICLE_PICTURES
from cameras.adapters.contract import Box, ParsedImage, Profile
from cameras.adapters.embedded import scaled_box
from cameras.adapters.json_delivery import JsonDelivery
from cameras.adapters.vendor_claims import PictureRoles, box_scale, warn_of_missing
from cameras.adapters.vendor_json import VendorFields
from cameras.images import ImageRefused, inspect_jpeg

#: Single fields that hold either base64 text or a path on the camera.
_SINGLE = ("image", "imageFile", "imageFile2")
_LISTS = ("ImageArray", "imageArray")
#: A path on the camera has a dot before its ending; base64 has none.
_ADDRESS = re.compile(r"[^,]{0,400}\.[a-zA-Z]{2,5}(?:\?.*)?|[a-z]{2,8}://.*", re.DOTALL)


def pictures_of(delivery: JsonDelivery, profile: Profile, warnings: list[str]) -> list[ParsedImage]:
    """Return the pictures of one event; what stayed on the camera is a warning."""
    fields = delivery.fields
    roles = PictureRoles(profile)
    images: list[ParsedImage] = []
    left_behind = fields.at("imagesURI")
    addresses = len(left_behind) if isinstance(left_behind, list) else 0
    for item, name in _texts(fields):
        text = item.at("BinaryImage")
        if not isinstance(text, str):
            continue
        if _ADDRESS.fullmatch(text):
            addresses = max(addresses, 1)
            continue
        if not text:
            warnings.append("picture_empty")
            continue
        kind = _kind(item.text("ImageType") or fields.text("imageType"))
        if kind in profile.refused_pictures:
            warnings.append("picture_refused")
            continue
        role = roles.role(kind)
        boxes = _boxes(fields, role, delivery.bytes_of(text), profile, warnings)
        images += delivery.embedded(
            text, role=role, warnings=warnings, name=name, boxes=roles.boxes(role, boxes)
        )
    for part in delivery.parts:
        kind = _kind_of_part(part.filename or part.name, fields)
        if kind in profile.refused_pictures:
            warnings.append("picture_refused")
            continue
        role = roles.role(kind)
        boxes = _boxes(fields, role, part.of(delivery.body), profile, warnings)
        images += delivery.part_images(
            part, role=role, warnings=warnings, boxes=roles.boxes(role, boxes)
        )
    if addresses > len(images):
        warnings.append("picture_by_url")
    warn_of_missing(images, 0, profile, warnings)
    return images


def _texts(fields: VendorFields) -> list[tuple[VendorFields, str]]:
    """Return what may be a picture, each as an item of the vendor's ``ImageArray``."""
    found = []
    for name in _LISTS:
        found += [(item, name) for item in fields.items(name)]
    for name in _SINGLE:
        text = fields.at(name)
        if isinstance(text, str) and text.strip() != "-":
            kind = "plate" if name == "imageFile2" else ""
            found.append((VendorFields({"BinaryImage": text, "ImageType": kind}), name))
    return found


def _kind(word: str) -> str:
    plain = word.strip().lower()
    if plain in PLATE_PICTURES:
        return "plate_crop"
    return "vehicle_crop" if plain in VEHICLE_PICTURES else "overview"


def _kind_of_part(name: str, fields: VendorFields) -> str:
    """The camera's file names say what they show: ``…lp_…`` the plate, ``…roi_…`` the scene."""
    if re.search(r"\d_?lp_", name):
        return "plate_crop"
    return "overview" if re.search(r"\d_?roi_", name) else _kind(fields.text("imageType"))


def _boxes(
    fields: VendorFields, role: str, data: bytes, profile: Profile, warnings: list[str]
) -> tuple[Box, ...]:
    """Return the plate's box: in a crop its own figures, in the full frame those of the frame."""
    if role == "plate_crop" or not data:
        return ()
    is_frame = fields.text("imageType").lower() == "frame"
    corners = _figures(fields, "plateCoordinates" if is_frame else "plateCoordinatesRelative")
    if len(corners) != 4:
        return ()
    width, height = _size(data)
    scale = box_scale(profile.plate_box_unit, str(width), str(height))
    box = scaled_box("plate", corners, *scale, warnings)
    return (box,) if box else ()


def _figures(fields: VendorFields, name: str) -> tuple[str, ...]:
    found = fields.at(name)
    members = found if isinstance(found, list) else []
    return tuple(text for text in members if isinstance(text, str))


def _size(data: bytes) -> tuple[int, int]:
    try:
        facts = inspect_jpeg(data)
    except ImageRefused:
        return 0, 0
    return facts.width, facts.height
