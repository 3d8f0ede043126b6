"""Open what a camera pushes as JSON, alone or as one part of a multipart body with its pictures.

Shared by the JSON dialects. Picture bytes are never read as text: a part is a range of the raw
body, and so is a base64 string. Pure; garbage gives ``Rejected``.
"""

import json
from dataclasses import dataclass, replace

from cameras.adapters.contract import Box, ByteRange, ParsedImage, RawEnvelope, Rejected
from cameras.adapters.embedded import embedded_images, images_in
from cameras.adapters.multipart import Part, parse_multipart
from cameras.adapters.ranges import EmbeddedPictures
from cameras.adapters.vendor_json import VendorFields, read_json

_BYTE_ORDER_MARK_AND_BLANKS = b"\xef\xbb\xbf \t\r\n\x00"


@dataclass(frozen=True)
class JsonDelivery:
    """One message, the base64 strings in it, and the parts that came beside it.

    ``offset`` is where the JSON begins in ``body``: nothing before it is looked at as JSON.
    """

    body: bytes
    fields: VendorFields
    strings: EmbeddedPictures
    offset: int
    parts: tuple[Part, ...]

    def embedded(
        self,
        text: object,
        *,
        role: str,
        warnings: list[str],
        name: str = "",
        captured_local: str = "",
        boxes: tuple[Box, ...] = (),
    ) -> list[ParsedImage]:
        """Return the pictures in one base64 string of the message, as ranges of the whole body.

        ``text`` is the value as ``VendorFields.at`` gives it; what is no string holds none.
        """
        found = embedded_images(
            text if isinstance(text, str) else "",
            self.strings,
            role=role,
            warnings=warnings,
            name=name,
            captured_local=captured_local,
            boxes=boxes,
        )
        return [self._placed(image) for image in found]

    def bytes_of(self, text: object) -> bytes:
        """Return what a base64 string of the message decodes to; no bytes for anything else."""
        found = self.strings.find(text) if isinstance(text, str) else None
        return found[1] if found else b""

    def part_images(
        self,
        part: Part,
        *,
        role: str,
        warnings: list[str],
        captured_local: str = "",
        boxes: tuple[Box, ...] = (),
    ) -> list[ParsedImage]:
        """Return the pictures in one part beside the message."""
        return images_in(
            part.of(self.body),
            ByteRange(part.offset, part.length),
            role=role,
            warnings=warnings,
            name=(part.filename or part.name)[:120],
            captured_local=captured_local,
            boxes=boxes,
            cut_short=not part.complete,
        )

    def _placed(self, image: ParsedImage) -> ParsedImage:
        if image.where is None or not self.offset:
            return image
        return replace(image, where=replace(image.where, offset=image.where.offset + self.offset))


def read_delivery(envelope: RawEnvelope) -> JsonDelivery | Rejected:
    """Return the message of a delivery. Never raises."""
    body, content_type = envelope.body, envelope.header("content-type")
    if "multipart" not in content_type.lower() and body.lstrip()[:2] != b"--":
        return _delivery(body, 0, len(body), ())
    parts = parse_multipart(body, content_type)
    if isinstance(parts, Rejected):
        return parts
    for part in parts:
        start = part.of(body)[:64].lstrip(_BYTE_ORDER_MARK_AND_BLANKS)
        if start.startswith((b"{", b"[")):
            others = tuple(other for other in parts if other is not part)
            return _delivery(body, part.offset, part.length, others)
    return Rejected("json_empty", "The delivery holds no JSON message.")


def _delivery(
    body: bytes, offset: int, length: int, parts: tuple[Part, ...]
) -> JsonDelivery | Rejected:
    text = body[offset : offset + length]
    fields = read_json(text)
    if isinstance(fields, Rejected):
        return fields
    if _holds_several(text):
        return Rejected("too_many_parts", "The delivery holds several messages in one.")
    return JsonDelivery(body, fields, EmbeddedPictures(text), offset, parts)


def _holds_several(text: bytes) -> bool:
    """Tell whether well-formed JSON is a list of several: ``read_json`` would take but the first.

    No maker here sends one; should firmware begin to, it is put aside rather than lost in part.
    """
    trimmed = text.lstrip(_BYTE_ORDER_MARK_AND_BLANKS).rstrip(b"\x00 \t\r\n")
    if not trimmed.startswith(b"["):
        return False
    return len(json.loads(trimmed.decode("utf-8", "replace"), parse_int=str)) > 1
