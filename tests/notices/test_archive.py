"""What the archive asks of a paper (ISO 19005-3), and that it can be made again byte for byte.

Catalog and metadata are checked here; no validator of PDF/A has passed the files yet, and nothing
more is claimed.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from pypdf import PdfReader

from notices.library_versions import library_versions
from notices.lookup_codes import pretty
from notices.rendering import FIELDS_NAME
from tests.notices.contexts import KINDS, context
from tests.notices.making import CODE, golden

pytestmark = pytest.mark.gate

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
ROOT = Path(__file__).resolve().parents[2]


def catalog(kind: str) -> Any:
    return PdfReader(io.BytesIO(golden(kind).pdf)).trailer["/Root"]


@pytest.mark.parametrize("kind", KINDS)
def test_catalog_and_metadata_say_pdf_a_3a(kind: str) -> None:
    root = catalog(kind)
    assert golden(kind).pdf.startswith(b"%PDF-1.7")
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    (intent,) = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"]["/N"] == 3
    assert b"acsp" in intent["/DestOutputProfile"].get_data()[:64]
    xmp = ElementTree.fromstring(root["/Metadata"].get_data().decode())
    told = {name: value for each in xmp.iter() for name, value in each.items()}
    assert (told[f"{PDFAID}part"], told[f"{PDFAID}conformance"]) == ("3", "A")
    assert root["/Metadata"]["/Subtype"] == "/XML"
    assert "/Encrypt" not in PdfReader(io.BytesIO(golden(kind).pdf)).trailer
    for name in ("/OpenAction", "/AA", "/JavaScript"):
        assert name not in root and name not in root.get("/Names", {})


@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_fields_are_attached_as_data(kind: str) -> None:
    root = catalog(kind)
    (named,) = root["/AF"]
    attached = named.get_object()
    assert attached["/AFRelationship"] == "/Data"
    assert attached["/F"] == attached["/UF"] == FIELDS_NAME
    file = attached["/EF"]["/F"]
    assert file["/Subtype"] == "/application/json"
    moment = context(kind)["issued_at"]
    written = file["/Params"]["/CreationDate"]
    assert file["/Params"]["/ModDate"] == written
    assert written.startswith(f"D:{moment[:10].replace('-', '')}") and written.endswith("Z")
    assert root["/Names"]["/EmbeddedFiles"]["/Names"][0] == FIELDS_NAME
    assert json.loads(file.get_data()) == {"form": kind, "fields": context(kind)}


@pytest.mark.parametrize("kind", ["TB0173", "MQD02"])
def test_the_look_up_code_is_printed_and_nowhere_else(kind: str) -> None:
    reader = PdfReader(io.BytesIO(golden(kind).pdf))
    assert pretty(CODE) in "".join(page.extract_text() for page in reader.pages)
    everything = golden(kind).pdf + b"".join(
        file.get_data() for file in (catalog(kind)["/AF"][0].get_object()["/EF"]["/F"],)
    )
    everything += catalog(kind)["/Metadata"].get_data()
    for code in (CODE, pretty(CODE)):
        assert code.encode() not in everything


MAKE = """
import sys, django
django.setup()
from hashlib import sha256
from tests.notices.making import made
for kind in sys.argv[1:]:
    print(sha256(made(kind).pdf).hexdigest())
"""


def made_elsewhere(**environment: str) -> list[str]:
    """Make every golden paper in a process of its own; return the hashes of the files."""
    done = subprocess.run(
        [sys.executable, "-c", MAKE, *KINDS],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_another_process_on_another_day_makes_the_same_bytes() -> None:
    """The two places are 25 hours apart: it is never the same day in both."""
    first = made_elsewhere(PYTHONHASHSEED="1", TZ="Pacific/Kiritimati")
    assert len(set(first)) == len(KINDS)
    assert made_elsewhere(PYTHONHASHSEED="2", TZ="Pacific/Midway", LANG="C") == first


def test_the_libraries_that_made_a_paper_are_known_by_version() -> None:
    found = library_versions()
    assert set(found) >= {"weasyprint", "pydyf", "pillow", "fonttools", "pango", "harfbuzz"}
    assert len(found["typefaces"]) == 16
    assert all(found[name][0].isdigit() for name in ("weasyprint", "pango", "harfbuzz"))
