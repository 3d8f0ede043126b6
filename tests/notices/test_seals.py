"""Seals in the PDF: true for two validators, over the whole paper, and broken by any change."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.validation.errors import SignatureValidationError
from pypdf import PdfReader

from notices.key_places import KeyUnavailable
from notices.merging import merge
from notices.models import SigningKey
from notices.seals import FIELD, seal
from tests.notices.making import golden, run
from tests.notices.sealing import StampServer, pdfsig_says, pyhanko_says, stamp_server
from tests.signing import give_key

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

AT = datetime(2026, 11, 5, 9, 48, 3, tzinfo=UTC)
SEALED_KINDS = ("TB0173", "MBB01", "MQD02", "XNNT")


@pytest.fixture
def key() -> SigningKey:
    return give_key("PC08-HN")


def sealed(kind: str, key: SigningKey, **changes: Any) -> bytes:
    paper = golden(kind)
    given = {"mark": paper.mark, "reason": "Ban hành văn bản số 1", "location": "Hà Nội", "at": AT}
    return seal(paper.pdf, key, **(given | changes))


@pytest.mark.parametrize("kind", SEALED_KINDS)
def test_two_validators_find_the_seal_true(kind: str, key: SigningKey, tmp_path: Path) -> None:
    pdf = sealed(kind, key)
    told = pyhanko_says(pdf)
    assert told.bottom_line, told.pretty_print_details()
    assert told.docmdp_ok and told.coverage.name == "ENTIRE_FILE"
    assert told.signer_reported_dt == AT
    told = pdfsig_says(pdf, tmp_path)
    assert "Signature is Valid." in told
    assert "Certificate is Trusted." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


def test_the_seal_names_unit_reason_and_place_and_allows_no_change(key: SigningKey) -> None:
    root = PdfReader(io.BytesIO(sealed("MQD02", key))).trailer["/Root"]
    value = root["/AcroForm"]["/Fields"][0]["/V"]
    assert value["/Name"] == "Phòng CSGT PC08-HN (mẫu)"
    assert (value["/Reason"], value["/Location"]) == ("Ban hành văn bản số 1", "Hà Nội")
    assert value == root["/Perms"]["/DocMDP"]
    assert value["/Reference"][0]["/TransformParams"]["/P"] == 1


def test_the_unsigned_bytes_are_the_beginning_of_the_sealed_ones(key: SigningKey) -> None:
    assert sealed("MQD02", key).startswith(golden("MQD02").pdf)


def test_what_is_printed_stays_as_it_was(key: SigningKey, tmp_path: Path) -> None:
    """The field adds no mark of its own: both files give the same raster."""
    for name, pdf in (("before", golden("MQD02").pdf), ("after", sealed("MQD02", key))):
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
        run(["pdftoppm", "-r", "60", str(tmp_path / f"{name}.pdf"), str(tmp_path / name)], b"")
    pages = sorted(tmp_path.glob("before*.ppm"))
    assert pages
    for page in pages:
        after = page.with_name(page.name.replace("before", "after"))
        assert page.read_bytes() == after.read_bytes()


@pytest.mark.parametrize("kind", SEALED_KINDS)
def test_the_field_lies_over_the_printed_block(kind: str, key: SigningKey, tmp_path: Path) -> None:
    mark = golden(kind).mark
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed(kind, key))
    page = PdfReader(path).pages[mark.page]
    widget = page["/Annots"][-1].get_object()
    assert widget["/T"] == FIELD
    left, bottom, right, top = (round(float(edge)) for edge in widget["/Rect"])
    sides = ("-x", left, "-y", round(float(page.mediabox.height)) - top)
    size = ("-W", right - left, "-H", top - bottom)
    pages = ("-f", mark.page + 1, "-l", mark.page + 1)
    command = ["pdftotext", "-r", "72", *map(str, (*sides, *size, *pages)), str(path), "-"]
    inside = run(command, b"").decode().split("\n")
    assert inside[0].startswith("Chữ ký số")
    assert "Kiểm tra tại trang tra cứu" in inside


def test_a_paper_without_a_mark_carries_a_field_of_no_size(key: SigningKey, tmp_path: Path) -> None:
    pdf = sealed("MQD02", key, mark=None)
    widget = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/AcroForm"]["/Fields"][0]
    assert [float(edge) for edge in widget["/Rect"]] == [0, 0, 0, 0]
    assert pyhanko_says(pdf).bottom_line
    assert "Signature is Valid." in pdfsig_says(pdf, tmp_path)


def written(value: object) -> str:
    """Write an object of a file; a reference without the reader that holds it."""
    return re.sub(r", \d+\)", ")", repr(value))


@pytest.mark.parametrize("kind", SEALED_KINDS)
def test_the_sealed_paper_is_still_what_the_archive_asks_for(kind: str, key: SigningKey) -> None:
    """ISO 19005-3: what the addition may not change, and what it must not bring in."""
    before = PdfReader(io.BytesIO(golden(kind).pdf))
    after = PdfReader(io.BytesIO(sealed(kind, key)))
    assert after.pdf_header == "%PDF-1.7"
    root, old = after.trailer["/Root"], before.trailer["/Root"]
    assert "/Version" not in root
    for name in ("/Lang", "/MarkInfo", "/AF", "/Names", "/StructTreeRoot", "/ViewerPreferences"):
        assert written(root.raw_get(name)) == written(old.raw_get(name)), name
    assert root["/Metadata"].get_data() == old["/Metadata"].get_data()
    assert after.metadata == before.metadata
    assert after.trailer["/ID"][0] == before.trailer["/ID"][0]
    assert "/NeedAppearances" not in root["/AcroForm"] and "/XFA" not in root["/AcroForm"]
    widget = root["/AcroForm"]["/Fields"][0]
    assert int(widget["/F"]) & 4 and not int(widget["/F"]) & (1 | 2 | 32)  # printed, not hidden
    assert "/A" not in widget and "/AA" not in widget
    appearance = widget["/AP"]["/N"]
    assert "/Font" not in appearance.get("/Resources", {})
    assert "/XObject" not in appearance.get("/Resources", {})
    listed = run(["pdffonts", "-"], sealed(kind, key)).decode().splitlines()[2:]
    assert listed == run(["pdffonts", "-"], golden(kind).pdf).decode().splitlines()[2:]


def test_qpdf_finds_no_fault_in_a_sealed_paper(key: SigningKey, tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed("MBB01", key))
    assert b"No syntax or stream encoding errors" in run(["qpdf", "--check", str(path)], b"")


def is_true(pdf: bytes) -> bool:
    """Whether pyHanko finds a seal true; a file too broken to be read is not."""
    try:
        return bool(pyhanko_says(pdf).bottom_line)
    except (PdfReadError, SignatureValidationError):
        return False


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_byte_changed_after_the_seal_is_found_by_both(
    part: float, key: SigningKey, tmp_path: Path
) -> None:
    pdf = bytearray(sealed("MQD02", key))
    place = int(len(golden("MQD02").pdf) * part)
    pdf[place] ^= 1
    assert not is_true(bytes(pdf))
    told = pdfsig_says(bytes(pdf), tmp_path)
    assert "Signature is Valid." not in told


def test_a_page_added_after_the_seal_is_found_by_both(key: SigningKey, tmp_path: Path) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed("MQD02", key)))
    writer.add_stream_to_page(
        0, writer.add_object(generic.StreamObject(stream_data=b"0 0 300 300 re f"))
    )
    changed = io.BytesIO()
    writer.write(changed)
    assert not pyhanko_says(changed.getvalue()).bottom_line
    assert "Total document signed" not in pdfsig_says(changed.getvalue(), tmp_path)


def test_a_print_run_carries_no_seal_that_is_not_true(key: SigningKey, tmp_path: Path) -> None:
    joined = merge([sealed("MQD02", key), sealed("TB0173", key)], duplex=True)
    assert "does not contain any signatures" in pdfsig_says(joined, tmp_path)
    assert "/AcroForm" not in PdfReader(io.BytesIO(joined)).trailer["/Root"]
    assert b"ETSI.CAdES" not in joined
    assert len(PdfReader(io.BytesIO(joined)).pages) == 2 + 2


@pytest.fixture
def stamping(settings: Any) -> Iterator[StampServer]:
    with stamp_server() as (service, address):
        settings.TIMESTAMP_URL = address
        yield service


def test_a_time_stamp_is_in_the_seal_where_a_service_is_set(
    key: SigningKey, stamping: StampServer, tmp_path: Path
) -> None:
    pdf = sealed("MQD02", key)
    told = pyhanko_says(pdf, stamp_root=stamping.certificate)
    assert told.bottom_line, told.pretty_print_details()
    assert told.timestamp_validity.intact and told.timestamp_validity.trusted
    assert abs((datetime.now(UTC) - told.timestamp_validity.timestamp).total_seconds()) < 60
    assert "Signature is Valid." in pdfsig_says(pdf, tmp_path)


def test_one_paper_is_stamped_with_one_question_once_the_size_is_known(
    key: SigningKey, stamping: StampServer
) -> None:
    sealed("MQD02", key)
    asked = stamping.asked
    sealed("TB0173", key)
    assert stamping.asked == asked + 1


def test_without_the_stamp_of_a_service_that_is_set_there_is_no_seal(
    key: SigningKey, stamping: StampServer, settings: Any
) -> None:
    stamping.status = 503
    with pytest.raises(KeyUnavailable):
        sealed("MQD02", key)
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(KeyUnavailable):
        sealed("MQD02", key)


def test_a_stamp_over_another_hash_is_not_taken(key: SigningKey, stamping: StampServer) -> None:
    sealed("MQD02", key)
    right, kept = stamping.answer, []

    def answer_again(request: bytes) -> bytes:
        kept.append(right(request))
        return kept[0]

    stamping.answer = answer_again  # type: ignore[method-assign]
    sealed("MQD02", key)  # the first answer is the right one
    with pytest.raises(KeyUnavailable):
        sealed("MQD02", key)
