"""What changed between the laying of a batch and the pen is judged again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from tests.journeys import World, acting
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.test_signing_batches import (
    PASSWORD,
    drafts,
    laid,
    made,
    outcomes,
    read_all,
    signed,
)
from violations import actions, signing, signing_batches
from violations.guards import Refused
from violations.models import Draft, SigningBatch, Violation
from violations.signing import Signature

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_giving_a_batch_up_does_not_give_up_its_sample(place: World) -> None:
    papers = drafts(place, 6)
    batch = laid(place, papers)
    drawn = {item.draft_id for item in batch.items.filter(duty="drawn")}
    read = min(drawn)
    signing_batches.open_item(batch.items.get(draft=read).pk, by=acting(place.leader), at=NOW)
    signing_batches.give_up(batch.pk, by=acting(place.leader), at=NOW)
    again = signing_batches.open_batch(
        acting(place.leader),
        [draft.pk for draft in papers],
        at=NOW,
        draw=lambda rows, count: list(rows)[-count:],
    )
    must = {item.draft_id for item in again.items.filter(duty="drawn")}
    assert drawn - {read} <= must
    assert read not in must
    assert len(must) == 5


def test_what_came_to_stand_out_since_it_was_read_is_read_again(place: World) -> None:
    papers = drafts(place, 2)
    batch = laid(place, papers)
    read_all(batch, place)
    Violation.objects.filter(pk=papers[1].case_id).update(plate="30K99999")
    with translation.override("en"), pytest.raises(Refused, match=r"no\. 2"):
        signed(batch, place)
    assert set(outcomes(batch)) == {"waiting"}
    assert batch.items.get(position=2).flags == ["plate_corrected"]
    read_all(batch, place)
    assert outcomes(signed(batch, place)) == ["signed"] * 2


def hooked(monkeypatch: pytest.MonkeyPatch, after_the_first: Any) -> None:
    """Do something between the first paper of a batch and the second."""
    real, calls = signing.SIGNATURES["TB0173"], []

    def act(case_id: Any, **how: Any) -> Any:
        made = real.act(case_id, **how)
        calls.append(case_id)
        if len(calls) == 1:
            after_the_first()
        return made

    monkeypatch.setitem(
        signing.SIGNATURES, "TB0173", Signature(real.step, real.proposal, act, real.clock)
    )


def test_a_role_withdrawn_after_the_first_paper_signs_no_second(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = laid(place, drafts(place, 3))
    read_all(batch, place)
    hooked(monkeypatch, lambda: place.leader.user.groups.clear())
    assert outcomes(signed(batch, place)) == ["signed", "refused", "refused"]


def test_an_account_closed_after_the_first_paper_signs_no_second(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = laid(place, drafts(place, 2))
    read_all(batch, place)

    def close() -> None:
        place.leader.user.is_active = False
        place.leader.user.save(update_fields=["is_active"])

    hooked(monkeypatch, close)
    assert outcomes(signed(batch, place)) == ["signed", "refused"]


def test_a_draft_proposed_anew_is_not_signed_in_place_of_the_one_read(place: World) -> None:
    (paper,) = drafts(place, 1)
    by = acting(place.leader)
    stale = Draft.objects.get(pk=paper.pk)
    actions.return_draft(paper.case_id, "TB0173", by=by, at=NOW, reason="sai địa chỉ (mẫu)")
    actions.propose_notice(paper.case_id, by=acting(place.reviewer), at=NOW)
    with pytest.raises(Refused):
        signing.sign_draft(stale, by=by, at=NOW)
    assert not Draft.objects.filter(state="signed").exists()


def test_a_proof_from_before_the_batch_was_laid_does_not_sign_it(place: World, clock: Any) -> None:
    client = signed_in(place.leader)
    early, late = drafts(place, 1), drafts(place, 1)
    asked = client.post(f"/can-bo/ky/{early[0].pk}/ky/")
    client.post(asked["Location"], {"password": PASSWORD})
    batch = made(client, late)
    address = f"/can-bo/ky/lo/{batch.number}/"
    client.get(f"{address}?so=1")
    # The proof is dated by the machine's clock, which the test does not stop.
    SigningBatch.objects.filter(pk=batch.pk).update(
        opened_at=datetime.now(UTC) + timedelta(minutes=1)
    )
    page = client.get(address)
    assert page.context["is_fresh"] is False
    stopped = client.post(f"{address}ky/", {"typed_number": batch.number})
    assert "reauthenticate" in stopped["Location"]
    assert outcomes(batch) == ["waiting"]
