"""Papers as files: pictures, fonts, identity and sameness; nothing is fetched or quietly missing."""

import logging
import re
import subprocess
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from notices import rendering
from notices.rendering import RenderError, render, template_version
from tests.notices.contexts import KINDS, context
from tests.notices.making import CODE, golden, made, needs, run
from tests.notices.particulars import PAPER_ID, PICTURES, hashed, photo

pytestmark = pytest.mark.gate


def test_the_pictures_are_embedded_as_they_were_given() -> None:
    annex = PdfReader(BytesIO(golden("TB0173").pdf)).pages[1]
    assert [image.image.size for image in annex.images] == [(1600, 900), (1600, 900)]


def test_a_picture_in_another_format_keeps_its_proportions() -> None:
    upright = dict.fromkeys(PICTURES, photo("upright", (900, 1600)))
    paper = render("TB0173", context("TB0173"), upright, lookup_code=CODE)
    assert paper.pages == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pictures: {},
        lambda pictures: dict(list(pictures.items())[:1]),
        lambda pictures: dict.fromkeys(pictures, b""),
        lambda pictures: dict.fromkeys(pictures, b"not a picture"),
        lambda pictures: {name: data[: len(data) // 2] for name, data in pictures.items()},
        lambda pictures: dict.fromkeys(
            pictures, b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
        ),
    ],
)
def test_a_missing_or_broken_picture_stops_the_paper(
    spoil: Callable[[dict[str, bytes]], dict[str, bytes]],
) -> None:
    with pytest.raises(RenderError):
        render("TB0173", context("TB0173"), spoil(PICTURES), lookup_code=CODE)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.invalid/x.png",
        "file:///etc/hostname",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "font:../../manage.py",
        "evidence:unknown",
    ],
)
def test_nothing_outside_the_case_is_ever_fetched(address: str) -> None:
    with pytest.raises(RenderError):
        rendering._print(f'<img src="{address}">', PICTURES, identifier=PAPER_ID)


@pytest.mark.parametrize("kind", KINDS)
def test_the_layout_engine_has_nothing_to_remark(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    rendering._typography.cache_clear()  # the styles are read, and remarked on, once a process
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        made(kind)
    assert caplog.records == []


def test_a_paper_that_needs_a_code_is_not_made_without_one() -> None:
    for kind in ("TB0173", "MQD02"):
        with pytest.raises(RenderError):
            render(kind, context(kind), PICTURES)
    with pytest.raises(RenderError):
        render("TB0173", context("TB0173"), PICTURES, lookup_code="J340V9EHWQPMC0")
    with pytest.raises(RenderError):
        made("TB0173", lookup_base="not an address")


def test_an_incomplete_context_stops_the_paper() -> None:
    with pytest.raises(RenderError, match="payment"):
        made("MQD02", payment=None)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_context_gives_the_same_bytes(kind: str) -> None:
    assert made(kind) == golden(kind)


def test_the_hash_follows_every_change_of_the_contents() -> None:
    assert made("MQD02", points_note=None).html_sha256 != golden("MQD02").html_sha256


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_says_what_it_is(kind: str) -> None:
    reader = PdfReader(BytesIO(golden(kind).pdf))
    root = reader.trailer["/Root"]
    assert reader.metadata.title.endswith(context(kind)["number"])
    assert reader.metadata.author == "Đội Cảnh sát giao thông số 2 (mẫu)"
    assert reader.metadata.creation_date.isoformat() == context(kind)["issued_at"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert b"pdfaid:part" in root["/Metadata"].get_data()
    assert str(reader.trailer["/ID"][0]) == PAPER_ID
    assert len(reader.pages) == golden(kind).pages


@pytest.mark.parametrize("kind", KINDS)
def test_every_font_is_embedded_and_ours(kind: str) -> None:
    listed = run(["pdffonts", "-"], golden(kind).pdf).decode().splitlines()[2:]
    assert listed
    for line in listed:
        assert re.search(r"Tinos|Be-Vietnam-Pro|JetBrains-Mono", line)
        assert re.search(r"yes\s+yes\s+yes", line)


@pytest.mark.parametrize("kind", KINDS)
def test_qpdf_finds_no_fault(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(golden(kind).pdf)
    assert b"No syntax or stream encoding errors" in run(["qpdf", "--check", str(path)], b"")


@pytest.mark.parametrize("kind", ["TB0173", "MBB01", "MQD02", "XNNT"])
def test_a_phone_reads_the_printed_qr(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(golden(kind).pdf)
    run(["pdftoppm", "-r", "300", "-gray", "-png", str(path), str(tmp_path / "page")], b"")
    read = set()
    needs("zbarimg")
    for page in sorted(tmp_path.glob("page*.png")):
        done = subprocess.run(
            ["zbarimg", "-q", "--raw", str(page)], capture_output=True, text=True, check=False
        )
        read |= set(done.stdout.split())
    assert read == {f"HTTPS://TRACUU.TEST.INVALID/TRA-CUU/#{CODE}"}


def test_the_form_version_is_short_and_stable() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", template_version())
    assert template_version() == template_version()


def test_rendering_leaves_no_mark_on_the_pictures() -> None:
    before = {name: sha256(data).hexdigest() for name, data in PICTURES.items()}
    made("TB0173")
    assert before == {name: sha256(data).hexdigest() for name, data in PICTURES.items()}
    assert set(PICTURES) == {hashed("picture 1"), hashed("picture 2")}
    assert Image.open(BytesIO(PICTURES[hashed("picture 1")])).size == (1600, 900)
