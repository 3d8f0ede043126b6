"""The working session: from the person who came to the signed record, in the order of the law."""

from __future__ import annotations

import base64
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import translation
from PIL import Image

from tests.journeys import World, acting, case_at, officer, picture
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.session_desk import page_of, png, upload
from violations import sanctions, session_files, working_sessions
from violations.guards import Refused
from violations.models import (
    PaperSignature,
    SessionDocument,
    Violation,
    WorkingSession,
)

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


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


def test_a_refusal_that_nobody_can_confirm_says_why(place: World, clock: Any) -> None:
    client = signed_in(place.reviewer)
    case = recorded(place, client, clock)
    refusal = signing(
        case,
        act="record_refusal",
        reason="Không đồng ý với tốc độ (mẫu).",
        confirmed_by="nobody",
        confirmer_name="",
    )
    for wrong in ({}, {"unconfirmed": "xã nghỉ", "confirmer_name": "Ai đó"}):
        assert client.post(page_of(case), refusal | wrong).status_code == 409
    assert (
        client.post(
            page_of(case), refusal | {"unconfirmed": "x" * 200, "reason": "y" * 200}
        ).status_code
        == 409
    )
    assert not PaperSignature.objects.exists()
    why = {"unconfirmed": "Ngoài giờ làm việc, không có người qua lại (mẫu)"}
    assert client.post(page_of(case), refusal | why).status_code == 302
    row = PaperSignature.objects.get()
    assert (row.manner, row.sha256) == ("refused", "")
    assert row.reason == (
        "Không đồng ý với tốc độ (mẫu). Không có chữ ký của đại diện chính quyền cấp xã hoặc "
        "người chứng kiến: Ngoài giờ làm việc, không có người qua lại (mẫu)"
    )
    page = client.get(page_of(case))
    assert page.context["steps"]["sign"]["state"] == "done"
    assert "không có người qua lại" in page.content.decode()


def test_who_is_invited_for_today_stands_on_the_workbench(place: World, clock: Any) -> None:
    case = case_at("notified", place)
    notice = case.drafts.get(kind="TB0173").notice
    moment = datetime.fromisoformat(notice.context["appointment"]["at"])
    clock(moment - timedelta(days=1))
    there = page_of(case)

    def lines(officer: Any) -> list[dict[str, Any]]:
        rows = signed_in(officer).get("/can-bo/").context["todo"]
        return [row for row in rows if row["url"] == there]

    assert lines(place.reviewer) == []
    clock(moment - timedelta(hours=1))
    (line,) = lines(place.reviewer)
    assert line["days"] == 0
    assert f"{moment:%H:%M}" in line["title"]
    assert case.number in line["title"]
    assert lines(place.clerk) == []
    client = signed_in(place.reviewer)
    client.get(f"{there}chung-cu/")
    assert client.post(there, received()).status_code == 302
    assert lines(place.reviewer) == []


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
