"""The signing desk: read, prove who you are, sign one paper; or return it with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys import START, World, acting, case_at, driver, officer
from tests.violations.desk import NOW, clock, place, signed_in
from violations import actions, appearances, explanations, sanctions
from violations.models import Decision, Draft, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

PASSWORD = "mật khẩu thử nghiệm"


def proposed(place: World) -> Draft:
    """Return a notice that waits for a signature."""
    case = case_at("owner_identified", place)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=NOW)
    return case.drafts.get()


def decision_draft(place: World, clock: Any) -> Draft:
    """Return a decision that waits for a signature, its explanation given up."""
    case = case_at("recorded", place)
    at = case.created_at + timedelta(days=1, hours=2)
    clock(at)
    by = acting(place.reviewer)
    explanations.waive_explanation(case.pk, proof="đơn", by=by, at=at)
    sanctions.propose_decision(case.pk, by=by, at=at)
    return case.drafts.get(kind="MQD02")


def prove(client: Any, address: str) -> Any:
    """Answer the question for the password that stands before a signature."""
    asked = client.post(address)
    assert asked.status_code == 302
    assert "reauthenticate" in asked["Location"]
    return client.post(asked["Location"], {"password": PASSWORD}, follow=True)


def test_the_desk_lists_the_drafts_of_ones_own_units(place: World) -> None:
    draft = proposed(place)
    rows = signed_in(place.leader).get("/can-bo/ky/").context["rows"]
    assert [(row["draft"], row["against"]) for row in rows] == [(draft, [])]
    assert signed_in(place.other_leader).get("/can-bo/ky/").context["rows"] == []


def test_only_leaders_come_to_the_desk(place: World) -> None:
    draft = proposed(place)
    for person in (place.reviewer, place.clerk, place.auditor, place.administrator):
        client = signed_in(person)
        assert client.get("/can-bo/ky/").status_code == 403
        assert client.post(f"/can-bo/ky/{draft.pk}/ky/").status_code == 403


def test_a_draft_shows_what_will_be_printed(place: World, clock: Any) -> None:
    draft = decision_draft(place, clock)
    page = signed_in(place.leader).get(f"/can-bo/ky/{draft.pk}/").content.decode()
    assert "19.000.000 đồng" in page
    assert "điểm b khoản 9 Điều 6" in page
    assert draft.case.record.notice.number_text in page


def test_a_signature_needs_the_password_again(place: World) -> None:
    draft = proposed(place)
    client = signed_in(place.leader)
    asked = client.post(f"/can-bo/ky/{draft.pk}/ky/")
    assert "reauthenticate" in asked["Location"]
    draft.refresh_from_db()
    assert draft.state == "proposed"


def test_after_the_password_the_paper_is_signed_and_its_number_told(place: World) -> None:
    draft = proposed(place)
    client = signed_in(place.leader)
    page = prove(client, f"/can-bo/ky/{draft.pk}/ky/")
    draft.refresh_from_db()
    assert (draft.state, draft.settled_by) == ("signed", place.leader)
    assert draft.notice.number_text in page.content.decode()
    case = Violation.objects.get(pk=draft.case_id)
    assert (case.status, case.signed_by) == ("notified", place.leader)


def test_a_wrong_password_signs_nothing(place: World) -> None:
    draft = proposed(place)
    client = signed_in(place.leader)
    asked = client.post(f"/can-bo/ky/{draft.pk}/ky/")
    client.post(asked["Location"], {"password": "sai"})
    draft.refresh_from_db()
    assert draft.state == "proposed"


def test_a_decision_is_registered_with_the_sum_that_was_read(place: World, clock: Any) -> None:
    draft = decision_draft(place, clock)
    prove(signed_in(place.leader), f"/can-bo/ky/{draft.pk}/ky/")
    decision = Decision.objects.get()
    assert (decision.fine_vnd, decision.signed_by) == (19_000_000, place.leader)


def test_who_proposed_sees_the_lock_and_cannot_sign(place: World) -> None:
    both = officer("ca", "Hồ Văn Cả", "Reviewing officer", place.unit, "office_head")
    from django.contrib.auth.models import Group

    both.user.groups.add(Group.objects.get(name="Signing leader"))
    case = case_at("owner_identified", place)
    actions.propose_notice(case.pk, by=acting(both), at=NOW)
    draft = case.drafts.get()
    client = signed_in(both)
    page = client.get(f"/can-bo/ky/{draft.pk}/")
    assert page.context["against"]
    assert "disabled" in page.content.decode()
    answer = prove(client, f"/can-bo/ky/{draft.pk}/ky/")
    assert answer.status_code == 409
    assert answer.context["refused"]
    draft.refresh_from_db()
    assert draft.state == "proposed"


def test_a_soldier_has_no_power_to_sign_a_decision(place: World, clock: Any) -> None:
    weak = officer("yeu", "Lý Văn Yếu", "Signing leader", place.unit, "soldier")
    draft = decision_draft(place, clock)
    client = signed_in(weak)
    assert client.get(f"/can-bo/ky/{draft.pk}/").context["against"]
    assert prove(client, f"/can-bo/ky/{draft.pk}/ky/").status_code == 409
    assert not Decision.objects.exists()


def test_a_decision_waits_for_the_explanation_window(place: World, clock: Any) -> None:
    case = case_at("recorded", place)
    at = case.created_at + timedelta(days=1, hours=2)
    clock(at)
    sanctions.propose_decision(case.pk, by=acting(place.reviewer), at=at)
    draft = case.drafts.get(kind="MQD02")
    page = signed_in(place.leader).get(f"/can-bo/ky/{draft.pk}/")
    assert "20/10/2026" in " ".join(page.context["against"])


def test_a_return_needs_a_reason_and_burns_no_number(place: World) -> None:
    draft = proposed(place)
    client = signed_in(place.leader)
    address = f"/can-bo/ky/{draft.pk}/tra-lai/"
    client.post(address, {"reason": "  "})
    draft.refresh_from_db()
    assert draft.state == "proposed"
    client.post(address, {"reason": "Thiếu ảnh toàn cảnh"})
    draft.refresh_from_db()
    assert (draft.state, draft.return_reason, draft.notice) == (
        "returned",
        "Thiếu ảnh toàn cảnh",
        None,
    )
    assert "Thiếu ảnh toàn cảnh" in signed_in(place.reviewer).get("/can-bo/").content.decode()


def test_a_signed_or_strange_draft_is_not_found(place: World) -> None:
    draft = proposed(place)
    assert signed_in(place.other_leader).get(f"/can-bo/ky/{draft.pk}/").status_code == 404
    actions.sign_notice(draft.case_id, by=acting(place.leader), at=NOW)
    client = signed_in(place.leader)
    assert client.get(f"/can-bo/ky/{draft.pk}/").status_code == 404
    assert client.get("/can-bo/ky/?signed=999999999999999999999").status_code == 200


@pytest.mark.parametrize("kind", ["TB0173", "MBB01", "MQD02"])
def test_every_kind_of_draft_is_rendered_as_a_pdf(place: World, clock: Any, kind: str) -> None:
    if kind == "TB0173":
        draft = proposed(place)
    elif kind == "MBB01":
        case = case_at("notified", place)
        by = acting(place.reviewer)
        appearances.name_offender(case.pk, driver(case), proof="lời khai", by=by, at=NOW)
        sanctions.propose_record(case.pk, by=by, at=NOW)
        draft = case.drafts.get(kind="MBB01")
    else:
        draft = decision_draft(place, clock)
    answer = signed_in(place.leader).get(f"/can-bo/ky/{draft.pk}/ban-nhap.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_what_falls_due_first_stands_on_top(place: World) -> None:
    late = case_at("owner_identified", place, at=START + timedelta(days=3))
    early = case_at("owner_identified", place)
    at = START + timedelta(days=4)
    for case in (late, early):
        actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    rows = signed_in(place.leader).get("/can-bo/ky/").context["rows"]
    assert [row["draft"].case for row in rows] == [early, late]
