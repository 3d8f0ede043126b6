"""The level of a person: what it opens more than the code of a paper, for how long, and logged."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from citizens import grants
from citizens.grants import SEES_CASE, Level
from citizens.views.edge import OPEN_TO
from config.sessions import SessionStore
from tests.citizens.holders import as_person
from tests.citizens.visits import NOW, case_at, look_up, text
from violations.models import AccessEntry

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_a_person_sees_the_cases_that_the_code_opens_and_no_other() -> None:
    assert OPEN_TO[Level.PERSON] == OPEN_TO[Level.CODE]
    assert {Level.CODE, Level.PERSON} == SEES_CASE
    assert set(OPEN_TO) == set(Level)


def test_the_level_stands_with_a_person_for_half_an_hour_under_a_new_key() -> None:
    session = SessionStore()
    session["x"] = 1
    session.save()
    before, case_id = session.session_key, uuid.uuid4()
    with pytest.raises(ValueError, match="a person stands"):
        grants.give(session, case_id, Level.PERSON, at=NOW)
    with pytest.raises(ValueError, match="a person stands"):
        grants.give(session, case_id, Level.CODE, at=NOW, person=b"x")
    grants.give(session, case_id, Level.PERSON, at=NOW, person=b"\x01\x02")
    session.save()
    assert session.session_key != before
    assert not SessionStore().exists(before)
    held = grants.held(session, at=NOW + timedelta(minutes=29))
    assert held is not None
    assert (held.level, held.person, held.case_id) == (Level.PERSON, "0102", case_id)
    assert grants.held(session, at=NOW + timedelta(minutes=30)) is None


def test_a_session_of_before_the_level_is_read_as_it_was() -> None:
    kept = {"case": str(uuid.uuid4()), "level": "code", "until": (NOW + timedelta(1)).isoformat()}
    held = grants.held({"grant": kept}, at=NOW)
    assert held is not None
    assert (held.level, held.person) == (Level.CODE, "")


def test_pictures_and_the_form_are_logged_with_the_level(place, browser) -> None:
    case = case_at("served", place)
    look_up(browser, case)
    as_person(browser, case)
    assert "2" in text(browser.get("/vu-viec/"))
    assert browser.get("/vu-viec/anh/1/").status_code == 200
    assert browser.get("/vu-viec/don-khieu-nai/").status_code == 200
    looked = AccessEntry.objects.filter(case=case, actor=None, level="person")
    assert {"evidence", "paper"} <= set(looked.values_list("what", flat=True))
    assert set(AccessEntry.objects.filter(case=case, level="code").values_list("what")) == {
        ("case",)  # the look-up itself
    }
    assert "A person of the case, identified" in text(browser.get("/vu-viec/"))
