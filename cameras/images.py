"""Look at pictures from outside without trusting them, and make copies that may be shown.

Originals stay byte for byte where they arrived. What a browser gets is always a re-encoded copy:
no metadata, no bytes after the end of the picture, and for the owner of the vehicle everything
outside the vehicle blurred. Only JPEG is accepted: Pillow's other decoders (EPS, PSD, FITS …) have
had holes, and ``Image.verify()`` lets joined pictures and a ZIP tail pass, so the markers are
walked here before any decoder sees the bytes.
"""

import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageDraw, ImageFilter, UnidentifiedImageError

from cameras.adapters.contract import MAX_PICTURE_BYTES, Box
from cameras.lettering import draw_text, text_width

MAX_PIXELS = 40_000_000
#: GA/T 832-2014: a picture that founds a case is at least this large.
EVIDENCE_WIDTH, EVIDENCE_HEIGHT = 1280, 720
COPY_QUALITY = 88

_START = b"\xff\xd8\xff"
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAME_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_EXIF_WANTED = {"DateTimeOriginal", "DateTime", "Model", "Make", "Software", "Orientation"}


class ImageRefused(ValueError):
    """The bytes are no picture that may be opened. ``code`` is stable; the text names no file."""

    def __init__(self, code: str, reason: str):
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class ImageFacts:
    """What the bytes themselves say. ``exif`` is the camera's claim, as text, never proof.

    ``flags``: trailing_bytes, joined_jpeg, truncated, low_resolution, multi_frame, rotated.
    """

    width: int
    height: int
    flags: tuple[str, ...]
    exif: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Walk:
    end: int
    width: int
    height: int
    frames: int
    complete: bool


def jpeg_ranges(body: bytes, offset: int = 0, length: int | None = None) -> list[tuple[int, int]]:
    """Return (offset, length) of every JPEG that stands joined to the one before it.

    Some firmware writes two pictures into one part. An unfinished last picture is returned too;
    bytes that start no picture end the list.
    """
    stop = len(body) if length is None else offset + length
    found = []
    while body.startswith(_START, offset) and offset < stop:
        walk = _walk(body, offset, stop)
        if walk is None:
            break
        found.append((offset, walk.end - offset))
        offset = walk.end
    return found


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height as a JPEG's header says, without decoding it; None if it says none.

    For devices that write boxes in pixels and not the size of their picture.
    """
    walk = _walk(data, 0, len(data)) if data.startswith(_START) else None
    return (walk.width, walk.height) if walk and walk.width and walk.height else None


def inspect_jpeg(data: bytes) -> ImageFacts:
    """Return the size and the oddities of a JPEG.

    Raises ``ImageRefused`` when the bytes are no JPEG, too many, too many pixels, or cannot be
    decoded. A truncated picture or one with a tail is evidence all the same: it is flagged.
    """
    walk = _survey(data)
    flags = []
    if not walk.complete:
        flags.append("truncated")
    tail = data[walk.end :]
    if tail:
        flags.append("joined_jpeg" if tail.startswith(_START) else "trailing_bytes")
    if walk.width < EVIDENCE_WIDTH or walk.height < EVIDENCE_HEIGHT:
        flags.append("low_resolution")
    if walk.frames > 1:
        flags.append("multi_frame")
    exif = _exif(data[: walk.end])
    if dict(exif).get("Orientation", "1") != "1":
        flags.append("rotated")
    if walk.complete:
        _decode(data[: walk.end])
    return ImageFacts(walk.width, walk.height, tuple(flags), exif)


def safe_copy(data: bytes, max_side: int) -> bytes:
    """Return a re-encoded JPEG without metadata or tail, no side longer than ``max_side`` pixels.

    Raises ``ImageRefused`` as ``inspect_jpeg`` does, and for a truncated picture: half evidence
    is never shown as if it were whole.
    """
    picture = _open(data)
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    return _encode(picture)


def blur_outside(
    data: bytes, keep: Box | Iterable[Box], *, watermark: str = "", max_side: int = 1920
) -> bytes:
    """Return a copy in which only the given boxes are sharp; the default for the vehicle's owner.

    Boxes are 0..1 of the picture and get a margin of 2 % of the box, so that bumper and mirrors
    stay in sight. The rest is first reduced to coarse squares and then blurred: what is gone
    cannot be computed back. ``watermark`` is printed across the foot. Raises ``ImageRefused``.
    """
    picture = _open(data)
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    width, height = picture.size
    coarse = picture.resize((max(1, width // 28), max(1, height // 28)), Image.Resampling.BOX)
    blurred = coarse.resize((width, height), Image.Resampling.BICUBIC)
    blurred = blurred.filter(ImageFilter.GaussianBlur(max(width, height) / 160))
    for box in [keep] if isinstance(keep, Box) else keep:
        area = _pixels(box, width, height)
        if area[0] < area[2] and area[1] < area[3]:
            blurred.paste(picture.crop(area), area[:2])
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


def _survey(data: bytes) -> _Walk:
    if len(data) > MAX_PICTURE_BYTES:
        raise ImageRefused("too_large", "The picture is larger than 6 MiB.")
    walk = _walk(data, 0, len(data)) if data.startswith(_START) else None
    if walk is None or not walk.width or not walk.height:
        raise ImageRefused("not_jpeg", "The file is not a JPEG picture.")
    if walk.width * walk.height > MAX_PIXELS:
        raise ImageRefused("too_many_pixels", "The picture has more than 40 million pixels.")
    return walk


def _open(data: bytes) -> Image.Image:
    walk = _survey(data)
    if not walk.complete:
        raise ImageRefused("truncated", "The picture is not complete.")
    return _decode(data[: walk.end])


def _decode(data: bytes) -> Image.Image:
    # 40 million pixels are under Pillow's own warning limit, so its bomb check cannot fire here.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken metadata, of which nothing is kept
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
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


def _exif(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return the few EXIF fields we show, shortened; unreadable EXIF counts as none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
                main = picture.getexif()
                fields = {**main, **main.get_ifd(ExifTags.IFD.Exif)}
                gps = main.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # hostile EXIF raises anything, and it is only ever a claim
        return ()
    found = [
        (ExifTags.TAGS[tag], "".join(filter(str.isprintable, str(value)))[:80])
        for tag, value in fields.items()
        if ExifTags.TAGS.get(tag) in _EXIF_WANTED
    ]
    if gps:
        found.append(("GPS", "present"))
    return tuple(sorted(found))


def _walk(data: bytes, start: int, stop: int) -> _Walk | None:
    """Follow the markers of one JPEG from SOI to EOI (ITU-T T.81 annex B).

    Returns ``None`` when the bytes stop being JPEG markers before any frame header.
    """
    position, width, height, frames = start + 2, 0, 0, 0
    while True:
        while position < stop - 1 and data[position] == 0xFF and data[position + 1] == 0xFF:
            position += 1
        if position + 2 > stop:
            return _Walk(stop, width, height, frames, False)
        if data[position] != 0xFF:
            return _Walk(stop, width, height, frames, False) if frames else None
        marker = data[position + 1]
        position += 2
        if marker == 0xD9:
            return _Walk(position, width, height, frames, True)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            continue
        if position + 2 > stop:
            return _Walk(stop, width, height, frames, False)
        size = int.from_bytes(data[position : position + 2], "big")
        if size < 2 or position + size > stop:
            return _Walk(stop, width, height, frames, False) if frames else None
        if marker in _FRAME_MARKERS and size >= 8:
            frames += 1
            height = int.from_bytes(data[position + 3 : position + 5], "big")
            width = int.from_bytes(data[position + 5 : position + 7], "big")
        position += size
        if marker == 0xDA:
            scan = _MARKER_IN_SCAN.search(data, position, stop)
            if scan is None:
                return _Walk(stop, width, height, frames, False)
            position = scan.start()
