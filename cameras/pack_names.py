"""The names of the files in an evidence pack, for who writes it and who checks it. Pure."""

from __future__ import annotations

FORMAT = "vn.traffic.evidence-pack/2"
COVER, MANIFEST, SUMS, README = "ho-so.pdf", "manifest.json", "SHA256SUMS", "DOC-TOI.txt"
#: The centre's signature over the sums, in hexadecimal.
SUMS_SIGNATURE = "SHA256SUMS.sig"
CHECKPOINT, TIMESTAMP = "diem-kiem-tra.json", "dau-thoi-gian.tsr"
#: These stand outside the sums: the sums cannot name themselves.
UNLISTED = frozenset({SUMS, SUMS_SIGNATURE})

_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "video/mp4": "mp4",
    "video/x-msvideo": "avi",
    "video/mpeg": "mpg",
}


def original_name(position: int, role: str, media_type: str) -> str:
    """Return the name of an original: a picture (ảnh) or a film (phim)."""
    kind = "phim" if role == "film" else "anh"
    return f"{kind}-{position:02d}-{role}.{_ENDINGS.get(media_type, 'bin')}"


def delivery_name(number: int) -> str:
    """Return the name of the raw delivery, counted from 1; the detection's own is the first."""
    return "goi-tin-goc.bin" if number == 1 else f"goi-tin-goc-{number:02d}.bin"


def signed_sums(sums: bytes) -> bytes:
    """Return what the centre signs of a pack: the format's name, then the sums."""
    return FORMAT.encode() + b"\n" + sums
