"""Pictures no camera makes on purpose, each drawn here and bent in one way; no photograph is used."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import cache

from PIL import ExifTags, Image, ImageDraw, ImageOps

SIZE = (1280, 720)


def drawn(
    mode: str = "RGB", colour: object = "steelblue", size: tuple[int, int] = SIZE
) -> Image.Image:
    image = Image.new(mode, size, colour)
    if mode == "RGB":
        ImageDraw.Draw(image).rectangle((200, 200, 700, 500), fill="white")
    return image


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or drawn()).save(out, "JPEG", **options)
    return out.getvalue()


def other_format(form: str) -> bytes:
    out = io.BytesIO()
    drawn(size=(64, 64)).save(out, form)
    return out.getvalue()


def zip_file() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


def with_segment(marker: int, contents: bytes, data: bytes = b"") -> bytes:
    """Put a segment behind SOI."""
    data = data or jpeg()
    return (
        data[:2]
        + bytes([0xFF, marker])
        + struct.pack(">H", len(contents) + 2)
        + contents
        + data[2:]
    )


def mpo() -> bytes:
    """Return a multi-picture file of two frames, as stereo cameras write it."""
    out = io.BytesIO()
    drawn().save(out, "MPO", save_all=True, append_images=[ImageOps.mirror(drawn())])
    return out.getvalue()


def with_size(width: int, height: int) -> bytes:
    data = bytearray(jpeg(drawn(size=(64, 64))))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def with_coding(marker: int, precision: int = 8) -> bytes:
    """Claim another way of coding: arithmetic (0xC9), lossless (0xC3), 12 or 16 bits a sample."""
    data = bytearray(jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 1] = marker
    data[frame + 4] = precision
    return bytes(data)


@cache
def many_scans(scans: int, width: int = 1280, height: int = 720) -> bytes:
    """Return a progressive grey picture that a decoder goes over so many times for nothing."""
    table = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([16] * 64)
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes([1, 0x11, 0])
    huffman = b"".join(
        b"\xff\xc4" + struct.pack(">HB", 20, kind) + bytes([1] + [0] * 15) + bytes([symbol])
        for kind, symbol in ((0x00, 0), (0x10, 0xE0))
    )
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    first = (
        b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 0, 0, 0]) + bytes((blocks + 7) // 8)
    )
    further = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 1, 63, 0])
    further += bytes(2 * (blocks // 16384 + 2))
    return b"\xff\xd8" + table + frame + huffman + first + further * (scans - 1) + b"\xff\xd9"


def exif_of(software: str = "", taken: str = "") -> bytes:
    """Return a picture with EXIF."""
    exif = Image.Exif()
    if software:
        exif[ExifTags.Base.Software] = software
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    return jpeg(exif=exif)


def exif_that_points_at_itself() -> bytes:
    entries = struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<HHII", 0x8825, 4, 1, 8)
    return with_segment(
        0xE1, b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 8)
    )


def exif_of_overlapping_values() -> bytes:
    """List five thousand values of sixty thousand bytes, all the same ones: 300 MB to a reader."""
    entries = b"".join(struct.pack("<HHII", 0x9000 + n % 4096, 2, 60_000, 8) for n in range(5_000))
    block = b"II*\0" + struct.pack("<IH", 8, 5_000) + entries
    return with_segment(0xE1, (b"Exif\0\0" + block + bytes(70_000))[:65_000])


def exif_of_four_gigabytes() -> bytes:
    entry = struct.pack("<HHII", 0x0131, 2, 0xFFFFFFFF, 0xFFFFFFF0)
    return with_segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry)


def broken_profile() -> bytes:
    return with_segment(0xE2, b"ICC_PROFILE\0\x02\x09" + b"\xff" * 60_000)


def index_of_no_frames() -> bytes:
    """Name forty thousand further frames that are not there (CIPA DC-007)."""
    return with_segment(0xE2, b"MPF\0II*\0" + struct.pack("<IH", 8, 40_000) + bytes(60_000))
