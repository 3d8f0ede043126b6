"""From the notice to the record: who came, who answers and on what basis, what the commune found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from notices.models import Notice
from tests.journeys import World, acting, case_at, driver, silent_session, world
from violations import appearances, sanctions
from violations.guards import Refused
from violations.models import (
    AgencyWarning,
    CaseEvent,
    Circumstance,
    CommuneRequest,
    Party,
    Violation,
    WorkingSession,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def named(case: Violation, place: World, offender: Party, basis: str, *, after: timedelta) -> None:
    appearances.name_offender(
        case.pk,
        offender,
        proof="biên bản làm việc",
        basis=basis,
        by=acting(place.reviewer),
        at=case.created_at + after,
    )


def stranger(kind: str = "individual") -> Party:
    return Party(
        kind=kind,
        full_name="Đỗ Thị Mua" if kind == "individual" else "Công ty Mua Xe",
        identity_number="001190000007",
        address="số 5 phố Ví Dụ, phường Mẫu Hai, thành phố Hà Nội",
    )


# --- the working session -------------------------------------------------------------------------


def test_a_session_is_minuted_at_once_and_meets_the_twenty_days() -> None:
    """TT 73 Đ23, Đ24 k2."""
    place = world()
    case = case_at("notified", place)
    at = case.created_at + A_DAY
    silent_session(case, place, at=at)
    session = WorkingSession.objects.get(case=case)
    paper = Notice.objects.get(kind="MBB02")
    assert session.notice == paper
    assert paper.number_text == "0001/BB-LV"
    assert len(session.shown_files) == 3
    assert case.deadlines.get(name="no_show").met_on == date(2026, 10, 13)
    event = case.events.latest("sequence")
    assert event.facts == {"present_as": "representative", "names_driver": False, "shown": 3}
    assert "Lý Thị Mẫu" not in f"{event.facts}{event.reason}"


@pytest.mark.parametrize(
    "wrong", [{"present_as": "passer-by"}, {"attended_by": " "}, {"statement": ""}]
)
def test_a_session_without_a_person_or_his_words_is_no_session(wrong: dict[str, str]) -> None:
    place = world()
    case = case_at("notified", place)
    given = {"present_as": "owner", "attended_by": "Trần Văn Hiếu", "statement": "tôi lái"} | wrong
    before = CaseEvent.objects.count()
    with pytest.raises(Refused):
        appearances.hold_session(
            case.pk,
            **given,
            names_driver=True,
            by=acting(place.reviewer),
            at=case.created_at + A_DAY,
        )
    assert CaseEvent.objects.count() == before
    assert not Notice.objects.filter(kind="MBB02").exists()


# --- who answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "who", "basis", "after", "session"),
    [
        pytest.param("organisation", "owner", "drove", A_DAY, None, id="an organisation drives"),
        pytest.param("individual", "owner", "owner_act", A_DAY, None, id="Đ32: no act of an owner"),
        pytest.param("individual", "owner", "uncooperative", A_DAY, None, id="Đ47 k8b: too early"),
        pytest.param(
            "individual", "owner", "uncooperative", timedelta(days=20), None, id="k8b: last day"
        ),
        pytest.param(
            "organisation", "owner", "uncooperative", A_DAY, True, id="Đ47 k8b: he said who drove"
        ),
        pytest.param(
            "individual", "other", "uncooperative", A_DAY, False, id="Đ47 k8b: no owner at all"
        ),
        pytest.param("individual", "owner", "", A_DAY, False, id="no basis"),
    ],
)
def test_nobody_is_named_on_a_basis_that_does_not_hold(
    owner: str, who: str, basis: str, after: timedelta, session: bool | None
) -> None:
    place = world()
    case = case_at("notified", place, owner=owner)
    if session is not None:
        appearances.hold_session(
            case.pk,
            present_as="representative",
            attended_by="Lý Thị Mẫu",
            statement="ý kiến",
            names_driver=session,
            by=acting(place.reviewer),
            at=case.created_at + AN_HOUR * 3,
        )
    before = CaseEvent.objects.count()
    with pytest.raises(Refused) as refusal:
        named(case, place, driver(case) if who == "owner" else stranger(), basis, after=after)
    assert refusal.value.sentences
    assert CaseEvent.objects.count() == before
    assert not case.parties.filter(role="offender").exists()


@pytest.mark.parametrize(
    ("owner", "after", "session"),
    [
        pytest.param("individual", A_DAY, True, id="a session in which he names nobody"),
        pytest.param("organisation", A_DAY, True, id="an organisation that names nobody"),
        pytest.param("individual", timedelta(days=22), False, id="twenty days without a word"),
    ],
)
def test_an_owner_who_does_not_say_who_drove_answers_himself(
    owner: str, after: timedelta, session: bool
) -> None:
    """NĐ 168/2024 Đ47 k8b."""
    place = world()
    case = case_at("notified", place, owner=owner)
    if session:
        silent_session(case, place, at=case.created_at + AN_HOUR * 3)
    named(case, place, driver(case), "uncooperative", after=after)
    offender = case.parties.get(role="offender")
    assert (offender.kind, offender.basis) == (owner, "uncooperative")
    assert case.events.latest("sequence").facts == {"offender": owner, "basis": "uncooperative"}


def test_a_driver_needs_no_silence_of_the_owner() -> None:
    place = world()
    case = case_at("notified", place)
    named(case, place, stranger(), "drove", after=A_DAY)
    assert case.parties.get(role="offender").full_name == "Đỗ Thị Mua"


def test_a_person_wrongly_named_leaves_the_case_with_what_was_his() -> None:
    place = world()
    case = case_at("notified", place)
    named(case, place, stranger(), "drove", after=A_DAY)
    Circumstance.objects.create(
        case=case,
        kind="mitigating",
        ground="first_time",
        proof="cơ sở dữ liệu",
        recorded_by=place.reviewer,
        recorded_at=case.created_at + A_DAY,
    )
    appearances.withdraw_offender(
        case.pk,
        reason="người lái là người khác theo ảnh",
        by=acting(place.reviewer),
        at=case.created_at + A_DAY * 2,
    )
    fresh = Violation.objects.get(pk=case.pk)
    assert fresh.offender_identified_on is None
    assert not fresh.parties.filter(role="offender").exists()
    assert not fresh.deadlines.filter(name="record_due").exists()
    assert fresh.deadlines.get(name="no_show").met_on is None
    assert fresh.beside.mitigating == 0
    assert "Đỗ Thị Mua" not in str([(e.facts, e.reason) for e in fresh.events.all()])
    named(case, place, driver(case), "drove", after=A_DAY * 3)
    assert fresh.deadlines.get(name="record_due").starts_on == date(2026, 10, 15)


def test_a_session_that_was_held_stays_an_answer_when_the_person_is_withdrawn() -> None:
    place = world()
    case = case_at("notified", place)
    silent_session(case, place, at=case.created_at + AN_HOUR * 3)
    named(case, place, stranger(), "drove", after=A_DAY)
    appearances.withdraw_offender(
        case.pk, reason="nhầm", by=acting(place.reviewer), at=case.created_at + A_DAY * 2
    )
    assert case.deadlines.get(name="no_show").met_on == date(2026, 10, 12)


def test_who_stands_in_a_proposed_record_is_not_withdrawn() -> None:
    place = world()
    case = case_at("notified", place)
    named(case, place, driver(case), "drove", after=A_DAY)
    sanctions.propose_record(case.pk, by=acting(place.reviewer), at=case.created_at + A_DAY)
    with pytest.raises(Refused):
        appearances.withdraw_offender(
            case.pk, reason="nhầm", by=acting(place.reviewer), at=case.created_at + A_DAY * 2
        )
    assert case.parties.filter(role="offender").exists()


# --- the slip to the commune police --------------------------------------------------------------


def warned_motorcycle(place: World) -> Violation:
    """Return a motorcycle whose owner did not come and about whom the agencies were warned."""
    case = case_at("notified", place, plate="29B112345", vehicle_class="motorcycle")
    AgencyWarning.objects.create(
        case=case, agency="registration", ground="no_show", sent_on=date(2026, 11, 2)
    )
    return case


def slip_sent(case: Violation, place: World) -> Notice:
    at = case.created_at + timedelta(days=22)
    appearances.propose_commune_slip(
        case.pk, commune="Công an phường Mẫu Một", by=acting(place.reviewer), at=at
    )
    return appearances.sign_commune_slip(case.pk, by=acting(place.leader), at=at + AN_HOUR)


def reported(case: Violation, place: World, **report: str) -> None:
    appearances.record_commune_report(
        case.pk, **report, by=acting(place.reviewer), at=case.created_at + timedelta(days=30)
    )


def test_the_road_of_a_motorcycle_whose_owner_does_not_come() -> None:
    """TT 73 Đ24 k5 đ.b: warned, slip, report of a sale, and the buyer is named as he drove."""
    place = world()
    case = warned_motorcycle(place)
    paper = slip_sent(case, place)
    request = CommuneRequest.objects.get(case=case)
    assert (request.notice, request.sent_on) == (paper, date(2026, 11, 3))
    assert paper.number_text == "0001/PG-CSGT"
    with pytest.raises(Refused):  # one slip at a time
        slip_sent(case, place)
    with pytest.raises(Refused):  # a sale without its buyer
        reported(case, place, outcome="sold")
    reported(case, place, outcome="sold", buyer="Đỗ Thị Mua, số 5 phố Ví Dụ, 0900000002")
    event = case.events.latest("sequence")
    assert event.facts == {"outcome": "sold"}
    with pytest.raises(Refused):  # nobody has written to the buyer yet (Đ47 k8b)
        named(case, place, stranger(), "uncooperative", after=timedelta(days=31))
    appearances.hold_session(
        case.pk,
        present_as="owner",
        attended_by="Đỗ Thị Mua",
        statement="tôi mua xe và không nhớ ai lái",
        names_driver=False,
        by=acting(place.reviewer),
        at=case.created_at + timedelta(days=32),
    )
    named(case, place, stranger(), "uncooperative", after=timedelta(days=33))
    assert case.parties.get(role="offender").full_name == "Đỗ Thị Mua"


@pytest.mark.parametrize("outcome", ["delivered", "not_resident", "moved"])
def test_every_report_closes_its_slip_and_keeps_no_buyer(outcome: str) -> None:
    place = world()
    case = warned_motorcycle(place)
    slip_sent(case, place)
    reported(case, place, outcome=outcome, buyer="ai đó")
    request = CommuneRequest.objects.get(case=case)
    assert (request.outcome, request.buyer, request.reported_on) == (
        outcome,
        "",
        date(2026, 11, 11),
    )
    with pytest.raises(Refused):
        reported(case, place, outcome=outcome)


def test_a_car_gets_no_slip_and_a_motorcycle_none_before_its_warning() -> None:
    place = world()
    car = case_at("notified", place)
    AgencyWarning.objects.create(
        case=car, agency="registration", ground="no_show", sent_on=date(2026, 11, 2)
    )
    unwarned = case_at("notified", place, plate="29B154321", vehicle_class="motorcycle")
    for case in (car, unwarned):
        with pytest.raises(Refused):
            slip_sent(case, place)
    assert not CommuneRequest.objects.exists()


# --- handing over the record ---------------------------------------------------------------------


def test_the_record_is_handed_over_once_within_two_working_days() -> None:
    """NĐ 118/2021 Đ12 k9: the record of Tuesday 13/10/2026 is due on Thursday."""
    place = world()
    case = case_at("recorded", place)
    clock = case.deadlines.get(name="record_forwarded_due")
    assert (clock.due_on, clock.met_on) == (date(2026, 10, 15), None)
    given = {"by": acting(place.reviewer), "at": case.created_at + A_DAY * 2}
    for received_on, proof in (
        (date(2026, 10, 12), "chữ ký"),
        (date(2026, 10, 15), "chữ ký"),
        (date(2026, 10, 14), " "),
    ):
        with pytest.raises(Refused):
            appearances.hand_over_record(case.pk, received_on=received_on, proof=proof, **given)
    appearances.hand_over_record(
        case.pk, received_on=date(2026, 10, 14), proof="chữ ký nhận", **given
    )
    assert case.deadlines.get(name="record_forwarded_due").met_on == date(2026, 10, 14)
    with pytest.raises(Refused, match="14/10/2026"):
        appearances.hand_over_record(
            case.pk, received_on=date(2026, 10, 14), proof="chữ ký nhận", **given
        )
