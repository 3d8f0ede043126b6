"""Files a person hands in: hostile ones are refused and nothing kept, others served safely."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pytest
from django.core.files.storage import storages
from PIL import Image, PngImagePlugin

from tests.journeys import World, case_at, picture
from tests.violations.desk import clock, place, signed_in
from tests.violations.session_desk import page_of, png, upload
from violations import session_files
from violations.guards import Refused
from violations.models import AccessEntry, SessionDocument

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def test_an_empty_sheet_is_no_signature() -> None:
    blank = io.BytesIO()
    Image.new("RGB", (640, 200), (255, 255, 255)).save(blank, "PNG")
    with pytest.raises(Refused):
        session_files.check_drawn(blank.getvalue())


def bomb() -> bytes:
    """Return a PNG of a few bytes that claims to be sixty thousand pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big")
    head = chunk(b"IHDR", size + size + bytes([8, 0, 0, 0, 0]))
    return (
        session_files.PNG_START
        + head
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    notes = PngImagePlugin.PngInfo()
    for number in range(80):
        notes.add_text(f"k{number}", "x" * 1_000_000, zip=True)
    return png(pnginfo=notes)


def exif_bomb() -> bytes:
    """Return a JPEG whose EXIF claims a value of two thousand million entries."""
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0\xff\xff\xff\x7f\x08\0\0\0\0\0\0\0"
    data = picture("exif")
    return data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]


HOSTILE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<html><script>alert(1)</script>",
    "wrong magic": b"GIF89a" + b"\0" * 64,
    "executable": b"MZ" + b"\0" * 64,
    "empty picture": b"\xff\xd8\xff\xd9",
    "cut short": picture("x")[:2000],
    "jpeg with a zip behind it": picture("x") + b"PK\x03\x04" + b"\0" * 200,
    "png with a page behind it": png() + b"<script>alert(1)</script>",
    "pdf with a zip behind it": PDF + b"\0" * 2000 + b"PK\x05\x06" + b"\0" * 18,
    "pdf with a program": PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"),
    "pdf without an end": b"%PDF-1.4\n",
    "bomb of pixels": bomb(),
    "bomb of notes": text_bomb(),
    "too large": b"\xff\xd8\xff" + b"\0" * (session_files.MOST_BYTES + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_is_kept(place: World, clock: Any, name: str) -> None:
    case = case_at("notified", place)
    answer = signed_in(place.reviewer).post(
        page_of(case),
        {
            "act": "receive_document",
            "kind": "driver_proof",
            "description": "giấy giao xe (mẫu)",
            "file": upload(HOSTILE[name]),
        },
    )
    assert answer.status_code == 409
    assert "giấy giao xe (mẫu)" in answer.content.decode()
    assert not SessionDocument.objects.exists()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(picture("hợp đồng"), "image/jpeg"), (png(), "image/png"), (PDF, "application/pdf")],
)
def test_a_document_is_kept_under_its_hash_and_served_safely(
    place: World, clock: Any, data: bytes, media_type: str
) -> None:
    case = case_at("notified", place)
    client = signed_in(place.reviewer)
    answer = client.post(
        page_of(case),
        {
            "act": "receive_document",
            "kind": "driver_proof",
            "description": "hợp đồng thuê xe (mẫu)",
            "file": upload(data, "x.exe", "text/html"),  # name and declared type count for nothing
        },
    )
    assert answer.status_code == 302
    kept = SessionDocument.objects.get()
    assert (kept.media_type, kept.size) == (media_type, len(data))
    assert storages["evidence"].read(kept.sha256) == data
    looks = AccessEntry.objects.filter(what="evidence", actor=place.reviewer.user)
    before = looks.count()
    served = client.get(f"/can-bo/ho-so/{case.number}/tai-lieu/{kept.pk}/")
    assert served["Content-Type"] == media_type
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert served["Content-Disposition"].startswith(
        "attachment" if media_type == "application/pdf" else "inline"
    )
    assert looks.count() == before + 1


def test_metadata_of_a_photograph_never_reaches_a_browser() -> None:
    image = Image.open(io.BytesIO(picture("gps")))
    exif = image.getexif()
    exif[0x010E] = "nhà riêng"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    sha256 = session_files.keep(session_files.check(out.getvalue()))
    assert not Image.open(io.BytesIO(session_files.shown(sha256, "image/jpeg"))).getexif()


def test_a_mad_exif_does_no_harm() -> None:
    sha256 = session_files.keep(session_files.check(exif_bomb()))
    assert session_files.shown(sha256, "image/jpeg").startswith(b"\xff\xd8\xff")
