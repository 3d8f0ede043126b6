"""A wrong notice is replaced by a right one: a new paper, a void one, and nothing written over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from citizens import paper_checks
from notices import register
from notices.models import Notice, PaperDelivery
from tests.journeys import World, acting, case_at
from tests.violations.desk import clock, place, signed_in, texts
from violations import agency_warnings, corrected_notices, signing
from violations.guards import Refused, day_in_viet_nam
from violations.models import Draft, Violation
from violations.workflow import STEPS

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

RIGHT = "số 9, ngách 2, phố Mẫu Hai, phường Mẫu Hai, thành phố Hà Nội"


def sent(place: World) -> tuple[Violation, Notice, Any]:
    case = case_at("notified", place)
    return case, case.events.get(step="sign_notice").notice, case.created_at + timedelta(days=2)


def proposed(case: Violation, place: World, at: Any, address: str = RIGHT) -> Draft:
    return corrected_notices.propose_corrected_notice(
        case.pk, reason="sai địa chỉ người nhận", address=address, by=acting(place.reviewer), at=at
    )


def test_the_right_notice_takes_the_place_of_the_wrong_one(place: World) -> None:
    """NĐ 30/2020 Đ18 k3: a paper of the same form; the wrong one stays as it was"""
    case, wrong, at = sent(place)
    before = wrong.context
    draft = proposed(case, place, at)
    assert draft.replaces == wrong
    signing.sign_draft(draft, by=acting(place.leader), at=at)
    right = Notice.objects.get(supersedes=wrong)
    wrong.refresh_from_db()
    assert (wrong.voided_at, wrong.voided_by) == (at, right)
    assert wrong.void_reason == "sai địa chỉ người nhận"
    assert wrong.context == before
    assert right.number == wrong.number + 1
    assert right.context["replaces"]["number"] == wrong.number_text
    assert "Mẫu Hai" in " ".join(right.context["addressee"]["lines"])
    assert case.events.get(step="sign_corrected_notice").notice == right


def test_the_letter_of_the_wrong_one_is_called_off_and_the_right_one_waits(place: World) -> None:
    case, wrong, at = sent(place)
    signing.sign_draft(proposed(case, place, at), by=acting(place.leader), at=at)
    right = Notice.objects.get(supersedes=wrong)
    assert wrong.deliveries.get().state == PaperDelivery.State.CALLED_OFF
    assert right.deliveries.get().state == PaperDelivery.State.WAITING


def test_who_checks_the_wrong_sheet_is_told_that_another_took_its_place(place: World) -> None:
    case, wrong, at = sent(place)

    def said(paper: Notice) -> str:
        return paper_checks.check_code(
            register.lookup_code(paper.pk), network="192.0.2.0/24", at=at
        ).verdict

    assert said(wrong) == "genuine"
    signing.sign_draft(proposed(case, place, at), by=acting(place.leader), at=at)
    assert said(wrong) == "superseded"
    assert said(Notice.objects.get(supersedes=wrong)) == "genuine"
    stamp = bytes(Notice.objects.get(pk=wrong.pk).stamp or b"")
    assert paper_checks.check_stamp(stamp, network="192.0.2.0/24", at=at).verdict == "superseded"


def test_the_twenty_days_run_from_the_right_notice(place: World) -> None:
    """TT 73/2024 Đ24 k5: nobody is late by a letter he could not have had"""
    case, _wrong, at = sent(place)
    before = case.deadlines.get(name="no_show").due_on
    signing.sign_draft(proposed(case, place, at), by=acting(place.leader), at=at)
    clock_now = case.deadlines.get(name="no_show")
    assert clock_now.starts_on == day_in_viet_nam(at)
    assert clock_now.due_on > before


def test_a_notice_that_would_say_the_same_replaces_nothing(place: World) -> None:
    case, _wrong, at = sent(place)
    with translation.override("en"), pytest.raises(Refused, match="say the same"):
        proposed(case, place, at, address="")
    with pytest.raises(Refused):
        corrected_notices.propose_corrected_notice(
            case.pk, reason=" ", address=RIGHT, by=acting(place.reviewer), at=at
        )
    assert not case.drafts.filter(state="proposed").exists()


def test_a_refused_proposal_leaves_the_address_as_it_was(place: World) -> None:
    case, _wrong, at = sent(place)
    proposed(case, place, at)
    other = "số 1, phố Mẫu Ba, phường Mẫu Ba, thành phố Hà Nội"
    with pytest.raises(Refused):  # one draft waits at a time
        proposed(case, place, at, address=other)
    assert case.parties.get(role="owner").address == RIGHT


def test_a_warning_that_rests_on_the_notice_is_lifted_first(place: World) -> None:
    """TT 73/2024 Đ24 k4–5"""
    case, _wrong, _at = sent(place)
    due = case.deadlines.get(name="no_show").due_on
    at = case.created_at + timedelta(days=(due - day_in_viet_nam(case.created_at)).days + 1)
    agency_warnings.warn_no_show(case.pk, by=acting(place.reviewer), at=at)
    with pytest.raises(Refused, match="TT 73"):
        proposed(case, place, at)


def test_who_proposed_it_does_not_sign_it(place: World) -> None:
    case, wrong, at = sent(place)
    draft = proposed(case, place, at)
    with pytest.raises(Refused):
        signing.sign_draft(draft, by=acting(place.reviewer), at=at)
    assert Notice.objects.get(pk=wrong.pk).voided_at is None


def test_a_decision_is_never_replaced_only_changed() -> None:
    """NĐ 118/2021 Đ13–16: MQĐ38, MQĐ39, MQĐ40"""
    assert list(signing.REPLACEMENTS) == ["TB0173"]
    assert STEPS["propose_corrected_notice"].origins == ("notified",)


def test_the_officer_corrects_the_address_on_the_case_page_and_the_leader_signs(
    place: World, clock: Any
) -> None:
    case, wrong, at = sent(place)
    clock(at)
    client = signed_in(place.reviewer)
    address = reverse("violations:case_act", args=[case.number, "propose_corrected_notice"])
    form = client.get(address).context["form"]
    assert form.fields["address"].initial == case.parties.get(role="owner").address
    page = client.post(address, {"reason": "sai số nhà", "address": RIGHT}, follow=True)
    assert texts(page)
    draft = case.drafts.get(state="proposed")
    desk = signed_in(place.leader).get(reverse("violations:signing_draft", args=[draft.pk]))
    assert desk.status_code == 200
    assert not desk.context["against"]
    assert wrong.number_text in [fact.value for fact in desk.context["facts"]]
    assert "sai số nhà" in desk.content.decode()
    home = signed_in(place.leader).get(reverse("violations:case", args=[case.number]))
    assert reverse("violations:signing_draft", args=[draft.pk]) in home.content.decode()
    assert wrong.voided_at is None
    signing.sign_draft(draft, by=acting(place.leader), at=at)
    home = client.get(reverse("violations:case", args=[case.number]))
    assert "sai số nhà" in home.content.decode(), "the wrong paper is shown as void, and why"
