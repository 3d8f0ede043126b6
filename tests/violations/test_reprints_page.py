"""A letter printed too often needs a supervisor; a letter left out is on the table no more."""

from __future__ import annotations

import pytest

from notices import scanning
from tests.journeys import World
from tests.notices.posting import good, number
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.test_post_page import ROOM, run_of

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate


def test_the_supervisor_finds_the_letters_that_need_a_word(place: World) -> None:
    """After two reprints the clerk is refused; the supervisor's page leads to the very letter."""
    run = run_of(place)
    there = f"{ROOM}dot/{run.pk}/in-lai/"
    clerk, supervisor = signed_in(place.clerk), signed_in(place.supervisor)
    sent = {"letter": "1", "reason": "jam", "words": "kẹt giấy"}
    assert clerk.get(f"{ROOM}cho-phep/").status_code == 403
    waiting = supervisor.get(f"{ROOM}cho-phep/")
    assert list(waiting.context["runs"]) == [run]
    assert not waiting.context["copies"]
    assert [clerk.post(there, sent).status_code for _time in range(3)] == [302, 302, 409]
    page = supervisor.get(f"{ROOM}cho-phep/").content.decode()
    assert f'href="{there}?thu=1"' in page
    assert f'href="{ROOM}cho-phep/"' in supervisor.get("/can-bo/").content.decode()
    assert supervisor.get(f"{there}?thu=1").context["form"]["letter"].value() == "1"
    assert supervisor.post(there, sent).status_code == 302
    fourth = good(run)[0]
    assert (fourth.copy_number, fourth.approved_by) == (4, place.supervisor.user)


def test_another_units_supervisor_finds_none_of_these_letters(place: World) -> None:
    run_of(place)
    stranger = place.supervisor
    stranger.unit = place.other_unit
    stranger.save()
    assert not signed_in(stranger).get(f"{ROOM}cho-phep/").context["runs"]


def test_a_letter_left_out_is_not_on_the_table_any_more(place: World) -> None:
    """It waits to be printed again; the table is empty once the run is with the post."""
    run = run_of(place)
    first, second = good(run)
    client = signed_in(place.clerk)
    scanning.scan(run.pk, first.letter_code, number(0), by_user=place.clerk.user, at=NOW)
    before = client.get(f"{ROOM}dot/{run.pk}/").context["balance"]
    assert (before.left, before.left_out) == (1, 0)
    client.post(
        f"{ROOM}dot/{run.pk}/dong/", {"receipt": "BN-11", f"reason-{second.pk}": "thiếu tờ"}
    )
    after = client.get(f"{ROOM}dot/{run.pk}/").context["balance"]
    assert (after.left, after.left_out, after.difference) == (0, 1, 0)
    assert client.get(f"{ROOM}ca/").context["is_balanced"]
