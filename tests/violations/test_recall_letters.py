"""Who holds a notice of a recalled camera is told by a letter: proposed, signed, printed, posted."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from notices import printing, production
from notices.models import Notice, PrintRun
from tests.journeys import World, acting, case_at
from tests.notices.posting import post
from tests.violations.desk import clock, place, signed_in
from tests.violations.oracle import illegal
from tests.violations.test_recalls import LATER, approved, proposed, run
from violations import actions, recall_letters, sanctions
from violations.guards import Refused
from violations.models import Recall, Violation
from violations.signing import SIGNATURES

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
AFTER = LATER + timedelta(hours=1)


def recalled(place: World, *statuses: str) -> tuple[Recall, list[Violation]]:
    cases = [case_at(status, place) for status in statuses]
    recall = run(approved(proposed(place), place))
    assert {item.state for item in recall.items.all()} == {"done"}
    return recall, cases


def text_of(paper: Notice) -> str:
    assert production.produce(paper.pk, at=AFTER)
    paper.refresh_from_db()
    pages = PdfReader(BytesIO(storages["papers"].read(paper.pdf_sha256))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def signed(case: Violation, place: World) -> Notice:
    return recall_letters.sign_letter(case.pk, by=acting(place.leader), at=AFTER)


def test_the_job_proposes_a_leader_signs_and_the_paper_says_what_and_why(place: World) -> None:
    recall, (case, seen_only) = recalled(place, "recorded", "verified")
    draft = case.drafts.get(kind="TBTH")
    assert (draft.state, draft.proposed_by) == ("proposed", place.supervisor)
    assert not seen_only.drafts.exists()
    letter = signed(case, place)
    assert re.fullmatch(r"0001/TB-TH-.+", letter.number_text)
    notice = case.drafts.get(kind="TB0173").notice
    owner = case.parties.get(role="owner")
    words = text_of(letter)
    for part in (
        "THÔNG BÁO",
        "Kính gửi",
        owner.full_name.upper(),
        notice.number_text,
        case.drafts.get(kind="MBB01").notice.number_text,
        recall.number,
        "không phải nộp tiền",
        "biên bản kiểm tra số 12 ngày 10/11/2026",
        place.leader.user.full_name,
        letter.number_text,
    ):
        assert part in words, part
    assert illegal(case.pk) == []


def test_the_notice_is_void_from_the_signature_of_its_letter_on(place: World) -> None:
    _recall, (case,) = recalled(place, "notified")
    notice = Notice.objects.get(draft__case=case, kind="TB0173")
    assert notice.voided_at is None
    letter = signed(case, place)
    notice.refresh_from_db()
    assert (notice.voided_at, notice.voided_by) == (AFTER, letter)
    assert letter.number_text in notice.void_reason


def test_it_waits_at_the_signing_desk_like_any_paper(place: World, clock: Any) -> None:
    recalled(place, "notified")
    clock(AFTER)
    page = signed_in(place.leader).get("/can-bo/ky/")
    (row,) = page.context["rows"]
    assert (row["draft"].kind, row["against"]) == ("TBTH", [])
    assert row["draft"].get_kind_display() in page.content.decode()
    assert "TBTH" in SIGNATURES
    shown = signed_in(place.leader).get(f"/can-bo/ky/{row['draft'].pk}/")
    assert "không phải nộp tiền" in shown.content.decode()
    pdf = signed_in(place.leader).get(reverse("violations:signing_pdf", args=[row["draft"].pk]))
    assert pdf.content[:4] == b"%PDF"


def test_who_proposed_the_recall_does_not_sign_the_letter(place: World) -> None:
    _recall, (case,) = recalled(place, "notified")
    with pytest.raises(Refused):
        recall_letters.sign_letter(case.pk, by=acting(place.supervisor), at=AFTER)
    with pytest.raises(Refused):
        recall_letters.sign_letter(case.pk, by=acting(place.reviewer), at=AFTER)


def test_letters_and_cancellations_go_through_the_post_room(place: World, clock: Any) -> None:
    recall, (told, decided) = recalled(place, "notified", "served")
    papers = [signed(told, place), decided.changes.get().notice]
    assert "Kính gửi" not in text_of(papers[1])
    text_of(papers[0])
    clock(AFTER)
    client = signed_in(place.clerk)
    waiting = {row["paper"].pk: row for row in client.get("/can-bo/in/").context["papers"]}
    assert {paper.pk for paper in papers} <= set(waiting)
    offender = decided.parties.get(role="offender")
    assert offender.full_name.upper() in waiting[papers[1].pk]["name"]
    printed = printing.prepare_run(
        place.unit.code, [one.pk for one in papers], by_user=place.clerk.user, at=AFTER
    )
    assert printing.assemble(printed.pk)
    printing.mark_printed(printed.pk, by_user=place.clerk.user, at=AFTER)
    assert recall_letters.untold(recall).count() == 2
    post(printed, by=place.clerk, at=AFTER)
    assert PrintRun.objects.get().state == "posted"
    assert told.events.filter(step="record_posting").exists()
    assert decided.events.filter(step="record_posting").exists()
    assert not recall_letters.untold(recall).exists()


def test_the_recall_says_who_must_still_be_written_to(place: World, clock: Any) -> None:
    recall, (first, second) = recalled(place, "notified", "notified")
    there = f"/can-bo/thu-hoi/{recall.number}/"
    clock(AFTER)
    signed(first, place)
    client = signed_in(place.supervisor)
    page = client.get(there)
    assert [row["paper"] is not None for row in page.context["untold"]] == [True, False]
    assert not page.context["may_propose_letters"]
    csv = client.get(f"{there}bao-cao.csv").content.decode()
    assert "signed" in csv
    assert "proposed" in csv
    actions.return_draft(
        second.pk, "TBTH", by=acting(place.leader), at=AFTER, reason="sai địa chỉ (mẫu)"
    )
    assert client.get(there).context["may_propose_letters"]
    assert client.post(f"{there}thu/").status_code == 302
    assert second.drafts.filter(kind="TBTH", state="proposed").count() == 1
    assert client.post(f"{there}thu/").status_code == 409


def test_without_a_recall_or_a_notice_there_is_no_letter(place: World) -> None:
    case = case_at("notified", place)
    sanctions.dismiss(case.pk, reason="Đ65 k1 đ.a", by=acting(place.leader), at=LATER)
    with override("en"), pytest.raises(Refused, match="No approved recall"):
        recall_letters.propose_letter(case.pk, reason="x", by=acting(place.supervisor), at=AFTER)
    recall, (twice,) = recalled(place, "notified")
    signed(twice, place)
    with override("en"), pytest.raises(Refused, match="signed already"):
        recall_letters.propose_letter(twice.pk, reason="x", by=acting(place.supervisor), at=AFTER)
    (one,) = recall_letters.stages(recall_letters.untold(recall))
    assert (one.stage, one.paper.kind) == ("signed", "TBTH")
