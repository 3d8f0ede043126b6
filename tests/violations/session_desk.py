"""What the tests of the working session share: its address, a drawn signature, an upload."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from violations.models import Violation


def png(words: str = "ký", **options: Any) -> bytes:
    image = Image.new("RGB", (320, 120), (255, 255, 255))
    ImageDraw.Draw(image).line((20, 90, 150, 20, 300, 90), fill=(0, 0, 0), width=4)
    ImageDraw.Draw(image).text((10, 10), words, fill=(0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def upload(data: bytes, name: str = "giay.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=kind)


def page_of(case: Violation) -> str:
    return f"/can-bo/ho-so/{case.number}/buoi-lam-viec/"
