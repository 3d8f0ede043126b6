"""The pages of quality: who may open them, what they hide until when, and what they change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils.translation import override

from tests.journeys import START, World, acting, case_at, officer
from tests.violations.desk import NOW, clock, signed_in, texts
from tests.violations.desk import place as furnished
from tests.violations.looking_twice import answered, first, second, settled
from violations import known_cases, quality
from violations.accuracy import Tally
from violations.admin.own_figures_page import figures_end
from violations.admin.quality_page import rubber_stamps
from violations.models import (
    AccessEntry,
    KnownAnswer,
    KnownCase,
    Officer,
    ReviewDecision,
    SamplingChange,
    SecondLook,
    Violation,
)

__all__ = ["clock", "furnished"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LIST, QUALITY, OWN = "/can-bo/phan-xu/", "/can-bo/chat-luong/", "/can-bo/duyet/cua-toi/"
KNOWN = "/can-bo/chat-luong/ho-so-mau/"


@pytest.fixture
def place(furnished: World, settings: Any) -> World:
    """Make a world in which every verdict is looked at again."""
    rates = {"accepted": 1000, "rejected": 1000}
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0) | rates
    return furnished


def disputed(place: World, **said: Any) -> SecondLook:
    """Return an open disagreement: the first verified, the second rejected unless said otherwise."""
    case = case_at("detected", place)
    first(case, place.reviewer)
    return answered(case, place.second_reviewer, **({"choice": "reject"} | said))


def agreed(place: World) -> Violation:
    case = case_at("detected", place)
    first(case, place.reviewer)
    answered(case, place.second_reviewer)
    return Violation.objects.get(pk=case.pk)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        (LIST, {"supervisor"}),
        (QUALITY, {"supervisor"}),
        (KNOWN, {"supervisor"}),
        (OWN, {"reviewer", "second_reviewer"}),
    ],
)
def test_each_page_opens_to_its_role_alone(place: World, address: str, may: set[str]) -> None:
    people = ("reviewer", "second_reviewer", "leader", "clerk", "technician", "auditor")
    for who in (*people, "administrator", "supervisor"):
        status = signed_in(getattr(place, who)).get(address).status_code
        assert status == (200 if who in may else 403), who


def test_a_disagreement_is_shown_without_names_until_it_is_settled(place: World) -> None:
    look = disputed(place)
    client = signed_in(place.supervisor)
    page = client.get(f"{LIST}{look.pk}/")
    names = [who.user.full_name for who in (place.reviewer, place.second_reviewer)]
    assert page.status_code == 200
    assert not any(name in page.content.decode() for name in names)
    assert AccessEntry.objects.filter(case=look.case, actor=place.supervisor.user).exists()
    right = next(panel.key for panel in page.context["panels"] if panel.is_first)
    sent = client.post(f"{LIST}{look.pk}/", {"right": right, "finding": "vạch đã qua"})
    assert sent.status_code == 302
    look.refresh_from_db()
    assert look.upholds is True
    assert look.case.events.latest("sequence").reason == "vạch đã qua"
    told = client.get(f"{LIST}{look.pk}/").content.decode()
    assert all(name in told for name in names)


def test_neither_position_nor_numbers_say_which_look_was_first(place: World) -> None:
    looks = [disputed(place) for _each in range(12)]
    client = signed_in(place.supervisor)
    keys = set()
    for look in looks:
        page = client.get(f"{LIST}{look.pk}/")
        again = client.get(f"{LIST}{look.pk}/")
        order = [panel.is_first for panel in page.context["panels"]]
        assert order == [panel.is_first for panel in again.context["panels"]]
        keys.add(order[0])
        text = page.content.decode()
        assert f'value="{look.first_review_id}"' not in text
    assert keys == {True, False}


def test_who_has_a_part_in_it_does_not_even_see_it(place: World) -> None:
    look = disputed(place)
    for who in (place.reviewer, place.second_reviewer):
        who.user.groups.add(Group.objects.get(name="Supervisor"))
        client = signed_in(who)
        assert client.get(LIST).context["rows"] == []
        assert client.get(f"{LIST}{look.pk}/").status_code == 403
        sent = client.post(f"{LIST}{look.pk}/", {"right": "1", "finding": "rõ"})
        assert sent.status_code == 403
    elsewhere = officer("vinh", "Phan Quốc Vinh", "Supervisor", place.other_unit)
    assert signed_in(elsewhere).get(f"{LIST}{look.pk}/").status_code == 404
    look.refresh_from_db()
    assert look.adjudicated_at is None


def test_settling_without_a_finding_or_an_answer_changes_nothing(place: World) -> None:
    look = disputed(place)
    client = signed_in(place.supervisor)
    for given in (
        {"right": "1", "finding": " "},
        {"finding": "rõ"},
        {"right": "3", "finding": "r"},
    ):
        assert client.post(f"{LIST}{look.pk}/", given).status_code == 422
    look.refresh_from_db()
    assert look.adjudicated_at is None


def test_the_reason_of_the_right_look_counts_where_none_is_given(place: World) -> None:
    look = disputed(place, reason="directed_by_officer")
    client = signed_in(place.supervisor)
    right = client.get(f"{LIST}{look.pk}/").context["second"].key
    client.post(f"{LIST}{look.pk}/", {"right": right, "finding": "cảnh sát điều khiển"})
    case = Violation.objects.get(pk=look.case_id)
    assert (case.status, case.rejection_reason) == ("rejected", "directed_by_officer")


def test_settled_by_another_a_moment_ago_nothing_is_settled_twice(place: World) -> None:
    look = disputed(place)
    settled(place, look.case, upholds=True)
    late = officer("tam", "Lê Thị Tám", "Supervisor", place.unit)
    answer = signed_in(late).post(f"{LIST}{look.pk}/", {"right": "1", "finding": "rõ"})
    assert answer.status_code == 403
    look.refresh_from_db()
    assert look.adjudicated_by == place.supervisor


def test_the_case_page_tells_no_reviewer_that_a_look_was_drawn(place: World) -> None:
    case = case_at("detected", place)
    first(case, place.reviewer)
    with override("en"):
        for who in (place.reviewer, place.supervisor):
            page = signed_in(who, HTTP_ACCEPT_LANGUAGE="en").get(f"/can-bo/ho-so/{case.number}/")
            steps = [row["event"].step for row in page.context["history"]]
            assert "draw_second_look" not in steps
        shut = signed_in(place.second_reviewer).get(f"/can-bo/ho-so/{case.number}/")
        assert shut.status_code == 403  # it may still be given to him to judge
        listed = signed_in(place.reviewer).get("/quan-tri/violations/caseevent/")
        assert "draw_second_look" not in [e.step for e in listed.context["cl"].result_list]
        seen = signed_in(place.auditor).get(f"/can-bo/ho-so/{case.number}/")
        assert "draw_second_look" in [row["event"].step for row in seen.context["history"]]


def test_names_of_a_disagreement_are_on_no_other_page_either(place: World) -> None:
    look = disputed(place)
    client = signed_in(place.supervisor)
    page = client.get(f"/can-bo/ho-so/{look.case.number}/").content.decode()
    verdicts = client.get("/quan-tri/violations/reviewdecision/").content.decode()
    for name in (place.reviewer.user.full_name, place.second_reviewer.user.full_name):
        assert name not in page
        assert name not in verdicts
    settled(place, look.case, upholds=True)
    page = client.get(f"/can-bo/ho-so/{look.case.number}/").content.decode()
    assert place.reviewer.user.full_name in page


def test_officers_stand_by_name_and_shares_by_interval(place: World) -> None:
    agreed(place)
    disputed(place)
    page = signed_in(place.supervisor).get(QUALITY)
    lines = page.context["lines"]
    assert [line.officer for line in lines] == [place.second_reviewer, place.reviewer]
    assert {line.officer: line.accuracy for line in lines} == {
        place.reviewer: Tally(1, 1),
        place.second_reviewer: Tally(1, 1),
    }
    assert [row["tally"] for row in page.context["queues"]] == [Tally(1, 2)]
    assert [line.pace.verdicts for line in lines] == [2, 2]


def test_a_rate_is_changed_with_a_reason_and_not_for_oneself(place: World) -> None:
    client = signed_in(place.supervisor)
    given = {
        "unit": place.unit.pk,
        "officer": place.reviewer.pk,
        "stratum": "accepted",
        "percent": "12.5",
        "reason": "mới chuyển đội",
    }
    assert client.post(QUALITY, given | {"reason": ""}).status_code == 422
    assert client.post(QUALITY, given | {"percent": "100.1"}).status_code == 422
    assert client.post(QUALITY, given | {"unit": place.other_unit.pk}).status_code == 422
    assert not SamplingChange.objects.exists()
    assert client.post(QUALITY, given).status_code == 302
    change = SamplingChange.objects.get()
    assert (change.per_mille, change.changed_by) == (125, place.supervisor)
    assert quality.rates_for(place.reviewer)["accepted"] == 125
    assert quality.rates_for(place.second_reviewer)["accepted"] == 1000
    place.supervisor.user.groups.add(Group.objects.get(name="Reviewing officer"))
    own = client.post(QUALITY, given | {"officer": place.supervisor.pk}, follow=True)
    assert texts(own)
    assert SamplingChange.objects.count() == 1


def test_known_cases_are_chosen_and_retired_on_their_page(place: World) -> None:
    case, open_case = agreed(place), disputed(place).case
    client = signed_in(place.supervisor)
    assert [row["look"].case for row in client.get(KNOWN).context["candidates"]] == [case]
    refused = client.post(f"{KNOWN}chon/", {"case": open_case.pk}, follow=True)
    assert texts(refused)
    assert client.post(f"{KNOWN}chon/", {"case": "x"}).status_code == 404
    client.post(f"{KNOWN}chon/", {"case": case.pk})
    known = KnownCase.objects.get()
    assert client.get(KNOWN).context["counted"] == {"violations": 1, "others": 0}
    client.post(f"{KNOWN}{known.pk}/ngung/")
    assert not known_cases.showable(at=NOW).exists()
    elsewhere = signed_in(officer("vinh", "Phan Quốc Vinh", "Supervisor", place.other_unit))
    assert elsewhere.post(f"{KNOWN}{known.pk}/ngung/").status_code == 404
    assert elsewhere.post(f"{KNOWN}chon/", {"case": case.pk}).status_code == 404


def given_answers(place: World, who: Officer, number: int, at: datetime) -> None:
    """Let an officer have answered so many known cases at a moment."""
    for _each in range(number):
        case = case_at("detected", place, pictures=1)
        given = second(case, who, role="known", at=at)
        known = KnownCase.objects.create(
            case=case,
            choice="verify",
            plate=case.plate,
            basis="mẫu",
            chosen_by=place.supervisor,
            chosen_at=at,
            retires_on=(at + timedelta(days=90)).date(),
        )
        KnownAnswer.objects.create(
            known_case=known, review=given, officer=who, is_right=True, answered_at=at
        )


def test_ones_own_figures_are_late_and_only_of_many(place: World, clock: Any) -> None:
    """What is new or little would let an officer guess which case was known."""
    given_answers(place, place.reviewer, 19, START)
    clock(START + timedelta(days=5))
    client = signed_in(place.reviewer)
    assert client.get(OWN).context["accuracy"] is None
    given_answers(place, place.reviewer, 1, START + timedelta(days=4))
    assert client.get(OWN).context["accuracy"] is None
    clock(START + timedelta(days=6))
    page = signed_in(place.reviewer).get(OWN)
    assert page.context["accuracy"] == Tally(20, 20)
    assert not any(known.case.number in page.content.decode() for known in KnownCase.objects.all())


def test_figures_end_before_yesterday_in_viet_nam() -> None:
    late_evening = datetime.fromisoformat("2026-10-14T23:30:00+07:00")
    assert figures_end(late_evening) == datetime.fromisoformat("2026-10-13T00:00:00+07:00")


def test_a_supervisor_reads_no_single_known_answer(place: World) -> None:
    given_answers(place, place.reviewer, 1, NOW)
    client = signed_in(place.supervisor)
    for model in ("knownanswer", "secondlook", "samplingchange"):
        assert client.get(f"/quan-tri/violations/{model}/").status_code == 403
        assert signed_in(place.auditor).get(f"/quan-tri/violations/{model}/").status_code == 200
    listed = client.get("/quan-tri/violations/reviewdecision/").context["cl"].result_list
    assert "known" not in [review.role for review in listed]


def test_who_corrects_no_plate_for_four_weeks_is_pointed_out(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from violations.admin import quality_page

    monkeypatch.setattr(quality_page, "RUBBER_STAMP_FEWEST", 2)
    for week in range(4):
        for who, plate in ((place.reviewer, ""), (place.second_reviewer, "30F99999")):
            for number in range(2):
                case = case_at("detected", place, pictures=1)
                at = START + timedelta(days=7 * week, hours=number)
                given = second(case, who, role="first", plate=plate if number else "", at=at)
                given.state = ReviewDecision.State.FINAL
                given.save(update_fields=["state"])
    after = START + timedelta(days=28)
    assert rubber_stamps(after) == {place.reviewer.pk}
    assert rubber_stamps(after + timedelta(days=7)) == set()
    assert acting(place.reviewer).officer == place.reviewer
