"""Look at pictures from outside without trusting them, and make copies that may be shown.

Originals stay byte for byte where they arrived. What a browser gets is always a re-encoded copy:
no metadata, no bytes after the end of the picture, and for the owner of the vehicle everything
outside the vehicle blurred. Only JPEG is accepted: Pillow's other decoders (EPS, PSD, FITS …) have
had holes, and ``Image.verify()`` lets joined pictures and a ZIP tail pass, so the markers are
walked here before any decoder sees the bytes.
"""

import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, UnidentifiedImageError

from cameras.adapters.contract import MAX_PICTURE_BYTES, Box
from cameras.exif import is_edited, read_exif
from cameras.jpeg_markers import (
    ORDINARY_CODINGS,
    START,
    Walk,
    hides_something,
    walk,
    without_metadata,
)
from cameras.lettering import draw_text, text_width

MAX_PIXELS = 40_000_000
#: GA/T 832-2014: a picture that founds a case is at least this large.
EVIDENCE_WIDTH, EVIDENCE_HEIGHT = 1280, 720
COPY_QUALITY = 88

#: A progressive picture of a camera has about ten; each more is the whole picture decoded again.
MAX_SCANS = 200
#: Whole ten-thousandths of the picture: left, top, width, height.
Rectangle = tuple[int, int, int, int]
COVER_COLOUR = (11, 16, 19)


class ImageRefused(ValueError):
    """The bytes are no picture that may be opened. ``code`` is stable; the text names no file."""

    def __init__(self, code: str, reason: str):
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class ImageFacts:
    """What the bytes themselves say. ``exif`` is the camera's claim, as text, never proof.

    ``flags``: trailing_bytes, joined_jpeg, truncated, low_resolution, multi_frame, hidden_content,
    unusual_colours, rotated, exif_edited. ``likeness`` is a 64-bit difference hash (dHash): near
    numbers are pictures that look alike; None for a picture cut short.
    """

    width: int
    height: int
    flags: tuple[str, ...]
    exif: tuple[tuple[str, str], ...] = ()
    likeness: int | None = None


def jpeg_ranges(body: bytes, offset: int = 0, length: int | None = None) -> list[tuple[int, int]]:
    """Return (offset, length) of every JPEG that stands joined to the one before it.

    Some firmware writes two pictures into one part. An unfinished last picture is returned too;
    bytes that start no picture end the list.
    """
    stop = len(body) if length is None else offset + length
    found = []
    while body.startswith(START, offset) and offset < stop:
        seen = walk(body, offset, stop)
        if seen is None:
            break
        found.append((offset, seen.end - offset))
        offset = seen.end
    return found


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height as a JPEG's header says, without decoding it; None if it says none.

    For devices that write boxes in pixels and not the size of their picture.
    """
    seen = walk(data, 0, len(data)) if data.startswith(START) else None
    return (seen.width, seen.height) if seen and seen.width and seen.height else None


def inspect_jpeg(data: bytes) -> ImageFacts:
    """Return the size and the oddities of a JPEG.

    Raises ``ImageRefused`` when the bytes are no JPEG, too many, too many pixels, or cannot be
    decoded. A truncated picture or one with a tail is evidence all the same: it is flagged.
    """
    seen = _survey(data)
    flags = []
    if not seen.complete:
        flags.append("truncated")
    tail = data[seen.end :]
    if tail:
        flags.append("joined_jpeg" if tail.startswith(START) else "trailing_bytes")
    if seen.width < EVIDENCE_WIDTH or seen.height < EVIDENCE_HEIGHT:
        flags.append("low_resolution")
    if seen.frames > 1:
        flags.append("multi_frame")
    picture = data[: seen.end]
    if hides_something(picture):
        flags.append("hidden_content")
    if seen.components not in (1, 3):
        flags.append("unusual_colours")
    exif = read_exif(picture)
    if dict(exif).get("Orientation", "1") != "1":
        flags.append("rotated")
    if is_edited(exif):
        flags.append("exif_edited")
    likeness = _likeness(_decode(picture)) if seen.complete else None
    return ImageFacts(seen.width, seen.height, tuple(flags), exif, likeness)


def safe_copy(data: bytes, max_side: int, *, cover: Iterable[Rectangle] = ()) -> bytes:
    """Return a re-encoded JPEG without metadata or tail, no side longer than ``max_side`` pixels.

    ``cover`` is blacked out. Raises ``ImageRefused`` as ``inspect_jpeg`` does, and for a truncated
    picture: half evidence is never shown as if it were whole.
    """
    picture = _open(data)
    hidden = list(cover)
    _cover(picture, hidden)  # before the reduction, which mixes neighbouring pixels
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    _cover(picture, hidden)
    return _encode(picture)


def blur_outside(
    data: bytes,
    keep: Box | Iterable[Box],
    *,
    watermark: str = "",
    max_side: int = 1920,
    cover: Iterable[Rectangle] = (),
) -> bytes:
    """Return a copy in which only the given boxes are sharp; the default for the vehicle's owner.

    Boxes are 0..1 of the picture and get a margin of 2 % of the box, so that bumper and mirrors
    stay in sight. The rest is first reduced to coarse squares and then blurred: what is gone
    cannot be computed back. ``cover`` is blacked out whatever lies there, before anything is mixed
    and once more on top. ``watermark`` is printed across the foot. Raises ``ImageRefused``.
    """
    picture = _open(data)
    hidden = list(cover)
    _cover(picture, hidden)
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    width, height = picture.size
    coarse = picture.resize((max(1, width // 28), max(1, height // 28)), Image.Resampling.BOX)
    blurred = coarse.resize((width, height), Image.Resampling.BICUBIC)
    blurred = blurred.filter(ImageFilter.GaussianBlur(max(width, height) / 160))
    for box in [keep] if isinstance(keep, Box) else keep:
        area = _pixels(box, width, height)
        if area[0] < area[2] and area[1] < area[3]:
            blurred.paste(picture.crop(area), area[:2])
    _cover(blurred, hidden)
    if watermark:
        _print_watermark(blurred, watermark)
    return _encode(blurred)


def crop_to(data: bytes, box: Box, *, margin: float = 0.15, min_side: int = 320) -> bytes:
    """Return the part of a picture inside a box, with a margin, enlarged to ``min_side`` pixels.

    For the detail views beside a full picture (light, vehicle, plate). Raises ``ImageRefused``.
    """
    picture = _open(data)
    area = _pixels(box, *picture.size, margin=margin)
    if area[0] >= area[2] or area[1] >= area[3]:
        raise ImageRefused("empty_box", "The box lies outside the picture.")
    part = picture.crop(area)
    scale = max(1.0, min_side / max(part.size))
    size = (round(part.width * scale), round(part.height * scale))
    return _encode(part.resize(size, Image.Resampling.LANCZOS))


def _pixels(
    box: Box, width: int, height: int, *, margin: float = 0.02
) -> tuple[int, int, int, int]:
    across, down = box.width * margin, box.height * margin
    return (
        max(0, int((box.x - across) * width)),
        max(0, int((box.y - down) * height)),
        min(width, round((box.x + box.width + across) * width)),
        min(height, round((box.y + box.height + down) * height)),
    )


def _print_watermark(picture: Image.Image, text: str) -> None:
    size = max(14, picture.height // 40)
    while size > 8 and text_width(text, size) > picture.width - size:
        size -= 1
    draw = ImageDraw.Draw(picture, "RGBA")
    top = picture.height - size * 2
    draw.rectangle((0, top, picture.width, picture.height), fill=(11, 16, 19, 190))
    left = (picture.width - text_width(text, size)) // 2
    draw_text(draw, (left, top + size // 2), text, size, fill=(255, 255, 255))


def _cover(picture: Image.Image, rectangles: Iterable[Rectangle]) -> None:
    """Paint rectangles over, rounded outwards: no row of pixels is left at an edge."""
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for left, top, across, down in rectangles:
        right, bottom = -(-(left + across) * width // 10_000), -(-(top + down) * height // 10_000)
        corner = (left * width // 10_000, top * height // 10_000)
        draw.rectangle((*corner, right - 1, bottom - 1), fill=COVER_COLOUR)


def _likeness(picture: Image.Image) -> int:
    """Return the difference hash: for 8 rows of 9 grey squares, which neighbour is brighter."""
    small = picture.convert("L").resize((9, 8), Image.Resampling.BOX)
    grey = small.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            place = row * 9 + column
            bits = bits << 1 | (grey[place] > grey[place + 1])
    return bits


def _survey(data: bytes) -> Walk:
    if len(data) > MAX_PICTURE_BYTES:
        raise ImageRefused("too_large", "The picture is larger than 6 MiB.")
    seen = walk(data, 0, len(data)) if data.startswith(START) else None
    if seen is None or not seen.width or not seen.height:
        raise ImageRefused("not_jpeg", "The file is not a JPEG picture.")
    if seen.width * seen.height > MAX_PIXELS:
        raise ImageRefused("too_many_pixels", "The picture has more than 40 million pixels.")
    if seen.coding not in ORDINARY_CODINGS or seen.precision != 8:
        raise ImageRefused("unusual_coding", "The picture is coded as no browser can show it.")
    if seen.scans > MAX_SCANS:
        raise ImageRefused("too_many_scans", "The picture would be decoded hundreds of times.")
    return seen


def _open(data: bytes) -> Image.Image:
    seen = _survey(data)
    if not seen.complete:
        raise ImageRefused("truncated", "The picture is not complete.")
    return _decode(data[: seen.end])


def _decode(data: bytes) -> Image.Image:
    # 40 million pixels are under Pillow's own warning limit, so its bomb check cannot fire here.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            drawn = io.BytesIO(without_metadata(data))  # Pillow would follow EXIF and frame indexes
            with Image.open(drawn, formats=["JPEG"]) as picture:
                picture.load()
                return picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError) as error:
        raise ImageRefused("undecodable", "The picture cannot be decoded.") from error


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    # A fresh image carries no info dictionary, hence no EXIF, comment or colour profile.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(out, "JPEG", quality=COPY_QUALITY, optimize=False)
    return out.getvalue()
