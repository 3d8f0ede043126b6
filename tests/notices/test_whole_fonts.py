"""Typefaces embedded whole: the same streams in every paper, with or without harfbuzz-subset."""

import subprocess
import sys
import zlib
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from notices.glyphs import FONTS
from tests.notices.making import golden

pytestmark = pytest.mark.gate

FILES = {path.read_bytes() for path in FONTS.rglob("*.ttf")}


def font_streams(pdf: bytes) -> list[Any]:
    """Return the font files in a PDF, each as its object."""
    reader = PdfReader(BytesIO(pdf))
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            stream = descriptor["/FontFile2"]
            found[stream.hash_value() if hasattr(stream, "hash_value") else id(stream)] = stream
    return list(found.values())


def test_each_typeface_is_the_file_of_the_project_to_the_byte() -> None:
    """Fails when a new WeasyPrint cuts fonts down in another way than ``Font.subset``."""
    whole = [stream.get_data() for stream in font_streams(golden("TB0173").pdf)]
    assert len(whole) >= 5
    from_ttf = [data for data in whole if data in FILES]
    assert len(from_ttf) >= len(whole) - 1  # one typeface is kept as woff2


def test_two_papers_carry_the_same_font_streams() -> None:
    first, second = (
        {sha256(each._data).hexdigest() for each in font_streams(golden(kind).pdf)}
        for kind in ("TB0173", "MQD02")
    )
    assert len(first & second) >= 4


def test_streams_compressed_once_are_what_the_library_would_write() -> None:
    stream = font_streams(golden("TB0173").pdf)[0]
    assert stream["/Filter"] == "/FlateDecode"
    assert stream._data == zlib.compress(stream.get_data(), level=9)
    assert stream["/Length1"] == len(stream.get_data())


WITHOUT = """
import sys
from hashlib import sha256
import django
django.setup()
import weasyprint.pdf.fonts
weasyprint.pdf.fonts.harfbuzz_subset = None
from tests.notices.making import golden
print(sha256(golden("TB0173").pdf).hexdigest())
"""


def test_without_harfbuzz_subset_the_bytes_are_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split()[-1] == sha256(golden("TB0173").pdf).hexdigest()
