"""Make papers for the tests, read their text back, and call the tools that judge a PDF."""

import os
import re
import shutil
import subprocess
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from notices.lookup_codes import derive_code
from notices.rendering import Rendered, render
from tests.notices.contexts import context
from tests.notices.particulars import PAPER_ID, PICTURES

CODE = derive_code(UUID(PAPER_ID), bytes(range(32)))


def made(kind: str, **changes: Any) -> Rendered:
    """Render the golden paper of a form with some keys changed."""
    return render(kind, context(kind, **changes), PICTURES, lookup_code=CODE)


@cache
def golden(kind: str) -> Rendered:
    """Render the golden paper of a form once for all tests."""
    return made(kind)


def text_of(paper: Rendered) -> str:
    """Extract the text of all pages as one line."""
    pages = PdfReader(BytesIO(paper.pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def needs(tool: str) -> None:
    """Skip a test whose tool is not installed; where CI runs, fail it."""
    if shutil.which(tool):
        return
    if os.environ.get("CI"):
        pytest.fail(f"{tool} is not installed")
    pytest.skip(f"{tool} is not installed")


def run(command: list[str], data: bytes) -> bytes:
    """Run one of poppler's, qpdf's or zbar's tools, which must be installed for this test."""
    needs(command[0])
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout
