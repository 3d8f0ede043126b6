"""Turn what a message sends as a picture into ``ParsedImage``s, one for each JPEG that is there.

Shared by every dialect: multipart parts, base64 texts in JSON or XML. Empty, too large, no JPEG,
cut short and two joined into one are told apart by the same warnings everywhere.
"""

import hashlib

from cameras.adapters.contract import MAX_PICTURE_BYTES, Box, ParsedImage
from cameras.adapters.ranges import ByteRange, EmbeddedPictures, is_cut_short
from cameras.images import jpeg_ranges


def images_in(
    data: bytes,
    where: ByteRange,
    *,
    role: str,
    warnings: list[str],
    name: str = "",
    captured_local: str = "",
    boxes: tuple[Box, ...] = (),
    cut_short: bool = False,
) -> list[ParsedImage]:
    """Return the pictures in one range; appends what is wrong with it to ``warnings``.

    The first picture has the role and the boxes, further ones joined to it are ``context``. One
    picture alone is the whole range, a tail after it included: that is the original.
    """
    if not data:
        warnings.append("picture_empty")
        return []
    if len(data) > MAX_PICTURE_BYTES:
        warnings.append("picture_too_large")
        return []
    ranges = jpeg_ranges(data)
    if not ranges:
        warnings.append("picture_not_jpeg")
        return []
    if cut_short or data[sum(ranges[-1]) - 2 : sum(ranges[-1])] != b"\xff\xd9":
        warnings.append("picture_truncated")
    if len(ranges) == 1:
        ranges = [(0, len(data))]
    else:
        warnings.append("picture_joined")
    found = []
    for number, (skip, size) in enumerate(ranges):
        found.append(
            ParsedImage(
                role=role if number == 0 else "context",
                where=where.part(skip, size),
                sha256=hashlib.sha256(data[skip : skip + size]).hexdigest(),
                media_type="image/jpeg",
                captured_local=captured_local or None,
                boxes=boxes if number == 0 else (),
                name=name,
            )
        )
    return found


def embedded_images(
    text: str,
    pictures: EmbeddedPictures,
    *,
    role: str,
    warnings: list[str],
    name: str = "",
    captured_local: str = "",
    boxes: tuple[Box, ...] = (),
) -> list[ParsedImage]:
    """Return the pictures in one base64 string of a JSON message; none for an empty string.

    ``text`` is the string as ``VendorFields`` gives it untrimmed (``at``), ``pictures`` the body it
    came in.
    """
    if not text or text == "-":
        return []
    found = pictures.find(text)
    if found is None:
        warnings.append("picture_not_jpeg" if len(text) >= 64 else "picture_empty")
        return []
    where, data = found
    return images_in(
        data,
        where,
        role=role,
        warnings=warnings,
        name=name,
        captured_local=captured_local,
        boxes=boxes,
        cut_short=is_cut_short(text),
    )


def scaled_box(
    kind: str, corners: tuple[str, ...], across: float, down: float, warnings: list[str]
) -> Box | None:
    """Return a box from left, top, width and height as written, divided by the picture's size.

    ``None`` with a warning for figures that are none, or lie outside the picture; ``None`` without
    one for a box that was never set (all zero or all empty).
    """
    raw = ",".join(corners)
    if not any(text.strip("0.") for text in corners):
        return None
    try:
        x, y, width, height = (float(text) for text in corners)
    except ValueError:
        warnings.append("box_unreadable")
        return None
    if not across or not down:
        warnings.append("box_unreadable")
        return None
    box = Box(kind, x / across, y / down, width / across, height / down, raw)
    inside = box.x >= 0 and box.y >= 0 and box.x + box.width <= 1.001
    if not inside or box.width <= 0 or box.height <= 0 or box.y + box.height > 1.001:
        warnings.append("box_outside_picture")
        return None
    return box
