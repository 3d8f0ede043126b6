"""The working session: from the person who came to the signed record, in the order of the law."""

from __future__ import annotations

import base64
import io
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import translation
from PIL import Image, ImageDraw, PngImagePlugin

from tests.journeys import World, acting, case_at, officer, picture
from tests.violations.desk import NOW, clock, place, signed_in
from violations import sanctions, session_files, working_sessions
from violations.guards import Refused
from violations.models import (
    AccessEntry,
    PaperSignature,
    SessionDocument,
    Violation,
    WorkingSession,
)

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


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


def received(**changes: Any) -> dict[str, Any]:
    return {
        "act": "hold_session",
        "present_as": "owner",
        "attended_by": "Trần Văn Hiếu, số định danh 001084000001",
        "identity_seen": "căn cước …001",
        "statement": "Tôi là người lái xe lúc đó (mẫu)",
        "names_driver": "1",
        **changes,
    }


def recorded(place: World, client: Any, clock: Any) -> Violation:
    """Walk a case on the page from its notice to the signed record."""
    case = case_at("notified", place)
    clock(case.created_at + timedelta(hours=2))
    assert client.get(f"{page_of(case)}chung-cu/").status_code == 200
    for step in (
        received(),
        {"act": "name_offender", "who": "owner", "basis": "drove", "proof": "lời khai (mẫu)"},
        {"act": "propose_record"},
    ):
        answer = client.post(page_of(case), step)
        assert answer.status_code == 302, answer.context["failed"].errors
    at = case.created_at + timedelta(hours=3)
    sanctions.sign_record(case.pk, by=acting(place.leader), at=at)
    clock(at + timedelta(minutes=5))
    return Violation.objects.get(pk=case.pk)


def signing(case: Violation, **changes: Any) -> dict[str, Any]:
    return {
        "act": "take_signature",
        "paper": str(case.record.notice_id),
        "signer": "person",
        "name": "Trần Văn Hiếu",
        "drawn": "",
        "typed": "",
        **changes,
    }


def test_the_whole_road_is_walked_on_one_page(place: World, clock: Any) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    assert case.status == "recorded"
    session = WorkingSession.objects.get()
    assert (session.present_as, session.is_online, session.officer) == (
        "owner",
        False,
        place.reviewer,
    )
    assert len(session.shown_files) == 3
    seen = SessionDocument.objects.get()
    assert (seen.kind, seen.sha256, seen.session) == ("identity", "", session)
    drawn = "data:image/png;base64," + base64.b64encode(png()).decode()
    assert client.post(page_of(case), signing(case, drawn=drawn)).status_code == 302
    taken = PaperSignature.objects.get()
    assert (taken.manner, taken.media_type, taken.signer) == ("electronic", "image/png", "person")
    assert storages["evidence"].exists(taken.sha256)
    handing = {"act": "hand_over_record", "received_on": "2026-10-12", "proof": "ký nhận (mẫu)"}
    assert client.post(page_of(case), handing).status_code == 302
    page = client.get(page_of(case))
    states = {name: step["state"] for name, step in page.context["steps"].items()}
    assert {
        states[name] for name in ("came", "driver", "record", "leader", "sign", "hand_over")
    } == {"done"}
    assert states["rights"] == "open"
    assert case.explanation.due_on.strftime("%d/%m/%Y") in page.content.decode()


def test_the_steps_before_their_time_are_closed_with_the_reason(place: World, clock: Any) -> None:
    case = case_at("notified", place)
    steps = signed_in(place.reviewer).get(page_of(case)).context["steps"]
    assert [steps[name]["state"] for name in ("came", "driver", "record", "leader", "sign")] == [
        "open",
        "open",
        "closed",
        "closed",
        "closed",
    ]
    assert all(steps[name]["reasons"] for name in ("record", "leader", "sign", "rights"))


def test_no_minutes_before_the_evidence_was_shown_and_the_statement_stays(
    place: World, clock: Any
) -> None:
    case = case_at("notified", place)
    answer = signed_in(place.reviewer).post(page_of(case), received())
    assert answer.status_code == 409
    assert "Tôi là người lái xe lúc đó" in answer.content.decode()
    assert not WorkingSession.objects.exists()
    assert not SessionDocument.objects.exists()


def test_a_session_held_online_says_so_on_the_minutes(place: World, clock: Any) -> None:
    case = case_at("notified", place)
    client = signed_in(place.reviewer)
    client.get(f"{page_of(case)}chung-cu/")
    assert client.post(page_of(case), received(is_online="on")).status_code == 302
    session = WorkingSession.objects.get()
    assert session.is_online
    assert "trực tuyến" in str(session.notice.context["particulars"])


def test_a_refusal_to_sign_needs_its_reason_and_somebody_who_confirms_it(
    place: World, clock: Any
) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    refusal = signing(
        case,
        act="record_refusal",
        reason="Không đồng ý với tốc độ (mẫu)",
        confirmed_by="witness",
        confirmer_name="Ngô Thị Chứng",
    )
    assert client.post(page_of(case), refusal | {"reason": " "}).status_code == 422
    unconfirmed = client.post(page_of(case), refusal)
    assert unconfirmed.status_code == 409
    assert "Không đồng ý với tốc độ" in unconfirmed.content.decode()
    himself = refusal | {"confirmer_name": "trần văn hiếu", "typed": "x"}
    assert client.post(page_of(case), himself).status_code == 409
    assert not PaperSignature.objects.exists()
    answer = client.post(page_of(case), refusal | {"scan": upload(picture("chữ ký"))})
    assert answer.status_code == 302
    rows = list(PaperSignature.objects.values_list("signer", "manner", "reason"))
    assert rows == [
        ("person", "refused", "Không đồng ý với tốc độ (mẫu)"),
        ("witness", "paper", ""),
    ]
    again = client.post(page_of(case), signing(case, typed="Trần Văn Hiếu"))
    assert again.status_code == 409  # who refused does not sign the same paper after all
    assert client.post(page_of(case), refusal | {"typed": "Ngô Thị Chứng"}).status_code == 409


def test_a_typed_name_is_a_signature_for_who_cannot_draw(place: World, clock: Any) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    assert client.post(page_of(case), signing(case)).status_code == 409
    assert client.post(page_of(case), signing(case, typed="Trần Văn Hiếu")).status_code == 302
    assert client.post(page_of(case), signing(case, typed="Trần Văn Hiếu")).status_code == 409
    kept = PaperSignature.objects.get()
    image = Image.open(io.BytesIO(storages["evidence"].read(kept.sha256)))
    assert image.convert("L").getextrema()[0] < 80


@pytest.mark.parametrize(
    "drawn",
    [
        "data:image/png;base64,@@@",
        "data:image/png;base64," + base64.b64encode(b"<svg/>").decode(),
        "data:image/png;base64," + base64.b64encode(png()[:200]).decode(),
    ],
)
def test_a_broken_drawing_is_no_signature(place: World, clock: Any, drawn: str) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    assert client.post(page_of(case), signing(case, drawn=drawn)).status_code == 409
    assert not PaperSignature.objects.exists()


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


def test_proof_without_a_file_and_a_paper_without_words_are_refused(
    place: World, clock: Any
) -> None:
    case = case_at("notified", place)
    by = acting(place.reviewer)
    with translation.override("en"), pytest.raises(Refused, match="scan"):
        working_sessions.receive_document(
            case.pk, kind="driver_proof", description="x", data=None, by=by, at=NOW
        )
    with pytest.raises(Refused):
        working_sessions.receive_document(
            case.pk, kind="licence", description=" ", data=None, by=by, at=NOW
        )
    with pytest.raises(Refused):
        working_sessions.receive_document(
            case.pk, kind="gift", description="x", data=None, by=by, at=NOW
        )


def test_after_the_decision_nothing_is_taken_in(place: World, clock: Any) -> None:
    case = case_at("decided", place)
    by = acting(place.reviewer)
    with translation.override("en"), pytest.raises(Refused, match="until the decision"):
        working_sessions.receive_document(
            case.pk, kind="licence", description="x", data=None, by=by, at=NOW
        )
    with translation.override("en"), pytest.raises(Refused, match="gone on"):
        working_sessions.take_signature(
            case.record.notice_id,
            signer="person",
            name="x",
            manner="paper",
            image=session_files.check(png()),
            by=by,
            at=NOW,
        )
    assert signed_in(place.reviewer).get(page_of(case)).status_code == 200


def test_a_notice_is_not_signed_by_the_person(place: World, clock: Any) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    other = case.events.filter(step="sign_notice").get().notice_id
    assert client.post(page_of(case), signing(case, paper=str(other), typed="x")).status_code == 422
    with pytest.raises(Refused):
        working_sessions.take_signature(
            other,
            signer="person",
            name="x",
            manner="paper",
            image=session_files.check(png()),
            by=acting(place.reviewer),
            at=NOW,
        )


def test_another_units_officer_finds_nothing_and_other_roles_are_kept_out(
    place: World, clock: Any
) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    client.post(page_of(case), signing(case, typed="Trần Văn Hiếu"))
    kept = PaperSignature.objects.get()
    stranger = signed_in(officer("xa", "Bùi Xa", "Reviewing officer", place.other_unit))
    for address in (
        page_of(case),
        f"{page_of(case)}chung-cu/",
        f"/can-bo/ho-so/{case.number}/chu-ky/{kept.pk}/",
        f"/can-bo/ho-so/{case.number}/tai-lieu/1/",
    ):
        assert stranger.get(address).status_code == 404
    assert stranger.post(page_of(case), received()).status_code == 404
    assert signed_in(place.clerk).get(page_of(case)).status_code == 403
    assert signed_in(place.auditor).get(page_of(case)).status_code == 403
    assert client.get(f"/can-bo/ho-so/{case.number}/chu-ky/{kept.pk}/").status_code == 200
    with pytest.raises(Refused):
        working_sessions.receive_document(
            case.pk,
            kind="licence",
            description="x",
            data=None,
            by=acting(officer("la", "Lê Lạ", "Reviewing officer", place.other_unit)),
            at=NOW,
        )


def test_documents_and_signatures_are_added_to_and_never_changed(place: World, clock: Any) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    client.post(page_of(case), signing(case, typed="Trần Văn Hiếu"))
    with pytest.raises(Exception, match="what is written there stays"), transaction.atomic():
        PaperSignature.objects.update(name="Ai khác")
    with pytest.raises(IntegrityError, match="has_its_reason"), transaction.atomic():
        PaperSignature.objects.create(
            notice=case.record.notice,
            signer="witness",
            name="x",
            manner="refused",
            taken_by=place.reviewer,
            signed_at=NOW,
        )


def test_an_unknown_step_is_not_found_and_the_case_page_leads_here(
    place: World, clock: Any
) -> None:
    case = case_at("notified", place)
    client = signed_in(place.reviewer)
    assert client.post(page_of(case), {"act": "sign_record"}).status_code == 404
    assert page_of(case) in client.get(f"/can-bo/ho-so/{case.number}/").content.decode()
