"""Files a person hands in: looked into before they are kept, never served as they came.

Only JPEG, PNG and PDF. The bytes are judged by themselves, never by their name or declared type.
Pictures are decoded once on arrival, and what a browser gets later is always a re-encoded copy; a
PDF is only ever downloaded. A file with a second life behind its end is refused.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext
from PIL import Image, ImageDraw, UnidentifiedImageError

from cameras import evidence
from cameras.images import MAX_PIXELS, ImageRefused, inspect_jpeg, safe_copy
from cameras.lettering import draw_text, text_width
from violations.guards import Refused

MOST_BYTES = 8 * 1024 * 1024
MOST_DRAWN_BYTES = 512 * 1024
SHOWN_SIDE = 2_400
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
#: What a reader would do by itself on opening: none of it belongs into a scan.
ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
PDF_TAIL = 1024
#: Flags of a picture that say its bytes hold more than the picture.
TWO_LIVES = frozenset({"trailing_bytes", "joined_jpeg", "hidden_content", "truncated"})


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its bytes, and what they are by their own witness."""

    data: bytes
    media_type: str


def check(data: bytes) -> Checked:
    """Return a file as what its bytes are. Raises Refused with what to do instead."""
    if not data:
        raise Refused(gettext("The file is empty; choose it again."))
    if len(data) > MOST_BYTES:
        raise Refused(gettext("The file is larger than 8 MB; scan it again in a smaller size."))
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(PNG_START):
        return _png(data)
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    raise Refused(gettext("Only JPEG, PNG and PDF files are taken; this one is none of them."))


def check_drawn(data: bytes) -> Checked:
    """Return a drawn signature as a small PNG of its own. Raises Refused for an empty sheet."""
    if len(data) > MOST_DRAWN_BYTES or not data.startswith(PNG_START):
        raise Refused(gettext("The drawn signature did not arrive whole; sign again."))
    picture = _open_png(data)
    on_paper = Image.new("RGB", picture.size, (255, 255, 255))
    on_paper.paste(picture, mask=picture.getchannel("A"))
    darkest, lightest = on_paper.convert("L").getextrema()
    if not isinstance(darkest, int) or not isinstance(lightest, int) or lightest - darkest < 32:
        raise Refused(gettext("Nothing was drawn; sign in the frame, or type the name."))
    return Checked(_as_png(on_paper), PNG)


def typed_signature(name: str) -> Checked:
    """Return a typed name as the picture of a signature, for who cannot draw."""
    sheet = Image.new("RGB", (max(320, text_width(name, 44) + 64), 120), (255, 255, 255))
    draw_text(ImageDraw.Draw(sheet), (32, 34), name, 44, fill=(16, 35, 43))
    return Checked(_as_png(sheet), PNG)


def keep(file: Checked) -> str:
    """Store the bytes of a checked file and return their SHA-256."""
    sha256: str = evidence.store().put(file.data)
    return sha256


def shown(sha256: str, media_type: str) -> bytes:
    """Return the bytes fit for a browser: pictures re-encoded, a PDF as it is kept.

    Raises cameras.evidence.EvidenceDamaged when the bytes are missing or are not those received,
    EvidenceDisposed when their time was over.
    """
    data = evidence.stored_range(sha256)
    if evidence.sha256_of(data) != sha256:
        raise evidence.EvidenceDamaged(f"The document {sha256[:16]} differs from what was kept.")
    if media_type == JPEG:
        return safe_copy(data, SHOWN_SIDE)
    if media_type == PNG:
        picture = _open_png(data)
        picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        return _as_png(picture)
    return data


def _jpeg(data: bytes) -> Checked:
    try:
        facts = inspect_jpeg(data)
    except ImageRefused as fault:
        raise Refused(_unreadable()) from fault
    if TWO_LIVES & set(facts.flags):
        raise Refused(_more_than_a_picture())
    return Checked(data, JPEG)


def _png(data: bytes) -> Checked:
    if not data.endswith(PNG_END):
        raise Refused(_more_than_a_picture())
    _open_png(data)
    return Checked(data, PNG)


def _open_png(data: bytes) -> Image.Image:
    """Decode a PNG whole, within the bounds of a scan. Raises Refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=["PNG"])
            if picture.width * picture.height > MAX_PIXELS or getattr(picture, "n_frames", 1) > 1:
                raise Refused(_unreadable())
            return picture.convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Warning,
        Image.DecompressionBombError,
    ) as fault:
        raise Refused(_unreadable()) from fault


def _pdf(data: bytes) -> Checked:
    end = data.rfind(b"%%EOF")
    if end < 0 or len(data) - end > PDF_TAIL:
        raise Refused(_more_than_a_picture())
    if ACTIVE_PDF.search(data):
        raise Refused(gettext("This PDF carries a program or a file; print it and scan the paper."))
    return Checked(data, PDF)


def _as_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _unreadable() -> str:
    return gettext("The picture cannot be opened; scan or photograph the paper again.")


def _more_than_a_picture() -> str:
    return gettext("The file holds more than it shows; scan or photograph the paper again.")
