"""Signing batches: what must be read is read, powers are judged paper by paper, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from tests.journeys import START, World, acting, case_at, officer, world
from tests.violations.desk import NOW, clock, place, signed_in
from violations import actions, signing, signing_batches
from violations.guards import Refused
from violations.models import AccessEntry, Draft, SigningBatch, SigningItem, Violation
from violations.signing import Signature

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PASSWORD = "mật khẩu thử nghiệm"


def first(rows: Sequence[int], count: int) -> Sequence[int]:
    """Draw the first ones, so that a test knows which."""
    return rows[:count]


def drafts(place: World, count: int, **claim: Any) -> list[Draft]:
    """Return notices that wait for a signature."""
    found = []
    for _number in range(count):
        case = case_at("owner_identified", place, **claim)
        actions.propose_notice(case.pk, by=acting(place.reviewer), at=NOW)
        found.append(case.drafts.get())
    return found


def laid(place: World, papers: Sequence[Draft]) -> SigningBatch:
    return signing_batches.open_batch(
        acting(place.leader), [draft.pk for draft in papers], at=NOW, draw=first
    )


def read_all(batch: SigningBatch, place: World) -> None:
    for item in batch.items.all():
        signing_batches.open_item(item.pk, by=acting(place.leader), at=NOW)


def signed(batch: SigningBatch, place: World) -> SigningBatch:
    return signing_batches.sign_batch(
        batch.pk, by=acting(place.leader), at=NOW, typed_number=batch.number
    )


def outcomes(batch: SigningBatch) -> list[str]:
    return list(batch.items.order_by("position").values_list("outcome", flat=True))


def test_a_batch_draws_three_plain_papers_and_takes_every_flagged_one(place: World) -> None:
    papers = drafts(place, 5)
    case = papers[0].case
    case.plate = "30K99999"  # an officer corrected the reading
    case.save(update_fields=["plate"])
    batch = laid(place, papers)
    assert batch.number == "KY-PC08-HN-26-01"
    rows = list(batch.items.values_list("position", "duty", "flags"))
    assert rows[0] == (1, "flagged", ["plate_corrected"])
    assert [duty for _place, duty, _flags in rows[1:]] == ["drawn", "drawn", "drawn", ""]


def test_all_are_drawn_where_there_are_three_or_fewer(place: World) -> None:
    batch = laid(place, drafts(place, 2))
    assert set(batch.items.values_list("duty", flat=True)) == {"drawn"}


def test_twenty_six_papers_are_refused_and_the_database_refuses_the_26th_place(
    place: World,
) -> None:
    with translation.override("en"), pytest.raises(Refused, match="at most 25"):
        signing_batches.open_batch(acting(place.leader), list(range(1, 27)), at=NOW, draw=first)
    batch = laid(place, drafts(place, 1))
    item = batch.items.get()
    with pytest.raises(IntegrityError, match="at_most_twenty_five"), transaction.atomic():
        SigningItem.objects.filter(pk=item.pk).update(position=26)


def test_own_proposals_and_own_verifications_stay_outside(place: World) -> None:
    both = officer("ca", "Hồ Văn Cả", "Signing leader", place.unit, "office_head")
    papers = drafts(place, 2)
    Draft.objects.filter(pk=papers[0].pk).update(proposed_by=both)
    batch = signing_batches.open_batch(
        acting(both), [draft.pk for draft in papers], at=NOW, draw=first
    )
    assert [item.draft for item in batch.items.all()] == [papers[1]]


@pytest.mark.parametrize("who", ["reviewer", "clerk", "auditor", "supervisor"])
def test_only_who_signs_opens_a_batch(place: World, who: str) -> None:
    papers = drafts(place, 1)
    with pytest.raises(Refused):
        signing_batches.open_batch(acting(getattr(place, who)), [papers[0].pk], at=NOW, draw=first)
    assert not SigningBatch.objects.exists()


def test_another_units_papers_and_a_second_batch_are_refused(place: World) -> None:
    papers = drafts(place, 2)
    with translation.override("en"), pytest.raises(Refused, match="None of these papers"):
        signing_batches.open_batch(acting(place.other_leader), [papers[0].pk], at=NOW, draw=first)
    laid(place, papers[:1])
    with translation.override("en"), pytest.raises(Refused, match="a batch open"):
        laid(place, papers[1:])


def test_an_unopened_duty_the_wrong_number_and_a_stranger_sign_nothing(place: World) -> None:
    batch = laid(place, drafts(place, 2))
    with translation.override("en"), pytest.raises(Refused, match=r"no\. 1, 2"):
        signed(batch, place)
    read_all(batch, place)
    with translation.override("en"), pytest.raises(Refused, match="number typed"):
        signing_batches.sign_batch(
            batch.pk, by=acting(place.leader), at=NOW, typed_number="KY-PC08-HN-26-02"
        )
    with translation.override("en"), pytest.raises(Refused, match="another leader"):
        signing_batches.sign_batch(
            batch.pk, by=acting(place.other_leader), at=NOW, typed_number=batch.number
        )
    place.leader.user.groups.clear()
    with pytest.raises(Refused):
        signed(batch, place)
    assert set(outcomes(batch)) == {"waiting"}
    assert not Draft.objects.filter(state="signed").exists()


def test_a_read_batch_is_signed_paper_by_paper_and_pressing_again_changes_nothing(
    place: World,
) -> None:
    batch = laid(place, drafts(place, 3))
    read_all(batch, place)
    done = signed(batch, place)
    assert (done.state, done.proved_at, done.closed_at) == ("signed", NOW, NOW)
    assert outcomes(batch) == ["signed"] * 3
    assert set(Violation.objects.values_list("status", flat=True)) == {"notified"}
    assert signed(batch, place).state == "signed"
    assert Draft.objects.filter(state="signed").count() == 3


def test_a_paper_that_cannot_be_signed_is_an_exception_and_waits_at_the_desk(
    place: World,
) -> None:
    papers = drafts(place, 3)
    batch = laid(place, papers)
    read_all(batch, place)
    case = papers[1].case
    Violation.objects.filter(pk=case.pk).update(verified_by=place.leader)
    done = signed(batch, place)
    assert done.state == "signed"
    assert outcomes(batch) == ["signed", "refused", "signed"]
    assert batch.items.get(position=2).refusal
    papers[1].refresh_from_db()
    assert papers[1].state == "proposed"
    again = laid(place, drafts(place, 1))  # the leader is free to open the next
    assert again.number == "KY-PC08-HN-26-02"


def test_killed_in_the_middle_the_batch_is_finished_by_pressing_again(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = laid(place, drafts(place, 3))
    read_all(batch, place)
    real = signing.SIGNATURES["TB0173"]
    calls: list[Any] = []

    def dies_at_the_second(case_id: Any, **how: Any) -> Any:
        calls.append(case_id)
        made = real.act(case_id, **how)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made

    monkeypatch.setitem(
        signing.SIGNATURES,
        "TB0173",
        Signature(real.step, real.proposal, dies_at_the_second, real.clock),
    )
    with pytest.raises(KeyboardInterrupt):
        signed(batch, place)
    monkeypatch.undo()
    batch.refresh_from_db()
    assert batch.state == "open"
    assert outcomes(batch) == ["signed", "waiting", "waiting"]
    assert Draft.objects.filter(state="signed").count() == 1
    assert signed(batch, place).state == "signed"
    assert outcomes(batch) == ["signed"] * 3
    numbers = sorted(draft.notice.number for draft in Draft.objects.filter(state="signed"))
    assert numbers == [1, 2, 3]


def test_what_was_signed_or_returned_elsewhere_is_settled_as_such(place: World) -> None:
    papers = drafts(place, 3)
    batch = laid(place, papers)
    by = acting(place.leader)
    read_all(batch, place)
    actions.sign_notice(papers[0].case_id, by=by, at=NOW)
    actions.return_draft(papers[1].case_id, "TB0173", by=by, at=NOW, reason="sai địa chỉ (mẫu)")
    actions.propose_notice(papers[1].case_id, by=acting(place.reviewer), at=NOW)
    signed(batch, place)
    assert outcomes(batch) == ["signed", "refused", "signed"]
    newer = Draft.objects.get(case=papers[1].case_id, state="proposed")
    assert newer.notice is None  # another paper than the one that was read


def test_a_drawn_paper_is_left_out_only_after_it_was_read(place: World) -> None:
    batch = laid(place, drafts(place, 1))
    item = batch.items.get()
    by = acting(place.leader)
    with translation.override("en"), pytest.raises(Refused, match="drawn at random"):
        signing_batches.leave_out(item.pk, by=by, at=NOW)
    signing_batches.open_item(item.pk, by=by, at=NOW)
    assert signing_batches.leave_out(item.pk, by=by, at=NOW).outcome == "left_out"
    with pytest.raises(Refused):
        signing_batches.leave_out(item.pk, by=by, at=NOW)


def test_a_draft_is_returned_from_the_batch_with_a_reason_only(place: World) -> None:
    papers = drafts(place, 1)
    item = laid(place, papers).items.get()
    by = acting(place.leader)
    with pytest.raises(Refused):
        signing_batches.return_item(item.pk, reason=" ", by=by, at=NOW)
    item.refresh_from_db()
    assert item.outcome == "waiting"
    signing_batches.return_item(item.pk, reason="Thiếu ảnh", by=by, at=NOW)
    papers[0].refresh_from_db()
    assert (papers[0].state, papers[0].return_reason) == ("returned", "Thiếu ảnh")


def test_a_batch_given_up_frees_its_papers_and_is_not_signed_later(place: World) -> None:
    papers = drafts(place, 2)
    batch = laid(place, papers)
    read_all(batch, place)
    by = acting(place.leader)
    signing_batches.give_up(batch.pk, by=by, at=NOW)
    with pytest.raises(Refused):
        signing_batches.give_up(batch.pk, by=by, at=NOW)
    with pytest.raises(Refused):
        signed(batch, place)
    assert laid(place, papers).items.count() == 2


def test_the_database_refuses_a_must_read_paper_signed_unopened(place: World) -> None:
    item = laid(place, drafts(place, 1)).items.get()
    with pytest.raises(IntegrityError, match="not_signed_unopened"), transaction.atomic():
        SigningItem.objects.filter(pk=item.pk).update(outcome="signed")
    with pytest.raises(IntegrityError, match="was_proved"), transaction.atomic():
        SigningBatch.objects.update(state="signed")


@pytest.mark.django_db(transaction=True)
def test_two_leaders_after_the_same_drafts_get_each_draft_once() -> None:
    place = world()
    second = officer("son", "Vũ Thái Sơn", "Signing leader", place.unit, "office_head")
    papers = [draft.pk for draft in drafts(place, 4)]
    barrier = threading.Barrier(2)
    refusals: list[str] = []

    def lay(person: Any, wanted: list[int]) -> None:
        try:
            by = acting(person)
            barrier.wait(timeout=20)
            signing_batches.open_batch(by, wanted, at=NOW, draw=first)
        except Refused as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=lay, args=(place.leader, papers)),
        threading.Thread(target=lay, args=(second, papers[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert SigningItem.objects.count() == 4
    assert SigningBatch.objects.count() == 1
    assert len(refusals) == 1


# The page -------------------------------------------------------------------------------------


def made(client: Any, papers: Sequence[Draft]) -> SigningBatch:
    """Press the button of the desk."""
    answer = client.post("/can-bo/ky/lo/", {"drafts": [draft.pk for draft in papers]})
    batch = SigningBatch.objects.get(state="open")
    assert answer["Location"] == f"/can-bo/ky/lo/{batch.number}/"
    return batch


def test_the_desk_makes_a_batch_and_leads_back_to_it(place: World, clock: Any) -> None:
    papers = drafts(place, 2)
    client = signed_in(place.leader)
    assert client.get("/can-bo/ky/").content.decode().count('name="drafts"') == 2
    batch = made(client, papers)
    assert batch.number in client.get("/can-bo/ky/").content.decode()
    assert batch.number in client.get("/can-bo/").content.decode()


def test_a_paper_counts_as_opened_when_its_page_is_drawn_and_the_look_is_logged(
    place: World, clock: Any
) -> None:
    client = signed_in(place.leader)
    batch = made(client, drafts(place, 2))
    address = f"/can-bo/ky/lo/{batch.number}/"
    client.get(f"{address}?so=2", headers={"Sec-Fetch-Dest": "image"})
    assert not batch.items.filter(opened_at__isnull=False).exists()
    looks = AccessEntry.objects.filter(what="paper", actor=place.leader.user)
    before = looks.count()
    page = client.get(f"{address}?so=2")
    assert [row.position for row in batch.items.filter(opened_at__isnull=False)] == [2]
    assert looks.count() == before + 1
    assert "disabled" in page.content.decode()  # number 1 must still be read


def test_a_forged_post_without_proof_signs_nothing_and_after_the_password_it_does(
    place: World, clock: Any
) -> None:
    client = signed_in(place.leader)
    batch = made(client, drafts(place, 2))
    address = f"/can-bo/ky/lo/{batch.number}/"
    for number in (1, 2):
        client.get(f"{address}?so={number}")
    asked = client.post(f"{address}ky/", {"typed_number": batch.number})
    assert "reauthenticate" in asked["Location"]
    assert set(outcomes(batch)) == {"waiting"}
    page = client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert set(outcomes(batch)) == {"signed"}
    number = Draft.objects.filter(state="signed").first().notice.number_text
    assert number in page.content.decode()


def test_the_page_refuses_in_words_and_keeps_what_was_typed(place: World, clock: Any) -> None:
    client = signed_in(place.leader)
    batch = made(client, drafts(place, 2))
    asked = client.post(f"/can-bo/ky/lo/{batch.number}/ky/", {"typed_number": "KY-SAI"})
    page = client.post(asked["Location"], {"password": PASSWORD})
    assert page.status_code == 409
    assert len(page.context["refused"]) == 2
    assert "KY-SAI" in page.content.decode()


def test_nobody_else_comes_to_a_batch(place: World, clock: Any) -> None:
    batch = made(signed_in(place.leader), drafts(place, 1))
    address = f"/can-bo/ky/lo/{batch.number}/"
    assert signed_in(place.other_leader).get(address).status_code == 404
    assert signed_in(place.reviewer).get(address).status_code == 403
    assert signed_in(place.reviewer).post("/can-bo/ky/lo/").status_code == 403


def test_papers_leave_the_batch_from_its_page(place: World, clock: Any) -> None:
    client = signed_in(place.leader)
    batch = made(client, drafts(place, 3))
    address = f"/can-bo/ky/lo/{batch.number}/"
    client.post(f"{address}1/bo-ra/")
    assert outcomes(batch)[0] == "waiting"  # drawn and not read
    client.get(f"{address}?so=1")
    client.post(f"{address}1/bo-ra/")
    client.post(f"{address}2/tra-lai/", {"reason": "Thiếu ảnh"})
    client.post(f"{address}bo-lo/")
    batch.refresh_from_db()
    assert (batch.state, outcomes(batch)) == ("given_up", ["left_out"] * 3)
    assert client.get(f"{address}?so=99").status_code == 200


def test_a_near_last_day_is_a_flag(place: World) -> None:
    papers = drafts(place, 1)
    due = papers[0].case.deadlines.get(name="notice_due").due_on
    late = START + timedelta(days=(due - START.date()).days - 1)
    batch = signing_batches.open_batch(acting(place.leader), [papers[0].pk], at=late, draw=first)
    assert batch.items.get().flags == ["due_near"]
