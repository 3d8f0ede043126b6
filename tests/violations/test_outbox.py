"""What other agencies are told by which step, word for word, and when a warning is lifted."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.journeys import START, acting, case_at, confirming, world
from violations import agency_warnings, outbox, payments, sanctions
from violations.guards import Refused
from violations.models import (
    CaseEvent,
    Licence,
    LicenceSuspension,
    PointsEntry,
    Violation,
)
from violations.taking import taking
from violations.workflow import ENDED, STEPS

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATE = START + timedelta(days=30)
VEHICLE = {"plate", "plate_colour", "vehicle_class"}
HOLD = {"ground", "article", "unit", "phone", "warned_on"}


def told(case: Violation) -> list[tuple[str, str]]:
    return [(row.agency, row.kind) for row in case.agency_messages.order_by("pk")]


def statuses(case: Violation, agency: str) -> list[str]:
    return [
        row.payload["status"]
        for row in case.agency_messages.filter(agency=agency, kind="status").order_by("pk")
    ]


@pytest.mark.parametrize("status", ["detected", "verified", "owner_identified"])
def test_nobody_is_told_of_a_case_before_its_notice(status: str) -> None:
    assert told(case_at(status, world())) == []


def test_the_whole_road_tells_the_public_and_the_database_in_order() -> None:
    case = case_at("closed", world())
    assert [agency_kind for agency_kind in told(case) if agency_kind[0] == "lookup"] == [
        ("lookup", "publish"),
        ("lookup", "status"),
        ("lookup", "status"),
    ]
    assert statuses(case, "lookup") == ["sanctioned", "resolved"]
    assert statuses(case, "database") == [
        "notified", "recorded", "decided", "served", "paid", "closed",
    ]  # fmt: skip


def test_the_publication_has_exactly_the_fields_the_law_names() -> None:
    place = world()
    case = case_at("notified", place)
    message = case.agency_messages.get(kind="publish")
    assert message.payload == {
        "vehicle_type": "ô tô",
        "plate": case.plate,
        "plate_colour": "nền trắng, chữ đen",
        "occurred_at": "2026-10-12T08:00:00+07:00",
        "place": case.place,
        "act": message.payload["act"],
        "detecting_unit": place.unit.name,
        "handling_unit": place.unit.name,
        "handling_phone": place.unit.phone,
    }
    assert "đèn" in message.payload["act"]


def test_no_message_names_a_person_a_number_or_an_address() -> None:
    place = world()
    case = case_at("served", place)
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    agency_warnings.lift_warning(
        case.pk, reason="Trần Văn Hiếu đã nộp", by=acting(place.reviewer), at=LATE
    )
    sent = json.dumps([row.payload for row in case.agency_messages.all()], ensure_ascii=False)
    assert case.plate in sent
    for party in case.parties.all():
        for secret in (party.full_name, party.identity_number, party.address, party.phone):
            assert secret not in sent
    assert "Ví Dụ" not in sent


@pytest.mark.parametrize(
    ("vehicle_class", "agencies"),
    [("car", ["inspection", "registration"]), ("motorcycle", ["registration"])],
    ids=["TT 73 Đ24 k5 đ.a: inspectable", "TT 73 Đ24 k5 đ.a: not inspectable"],
)
def test_an_owner_who_does_not_come_is_warned_about(
    vehicle_class: str, agencies: list[str]
) -> None:
    plates = {"car": "30F88801", "motorcycle": "29B188801"}
    case = case_at("notified", world(), vehicle_class=vehicle_class, plate=plates[vehicle_class])
    agency_warnings.warn_no_show(case.pk, by=confirming(case), at=LATE)
    warns = case.agency_messages.filter(kind="warn").order_by("pk")
    assert [row.agency for row in warns] == agencies
    assert all(set(row.payload) == VEHICLE | HOLD for row in warns)
    assert {row.payload["ground"] for row in warns} == {"no_show"}
    event = case.events.get(step="warn_no_show")
    assert event.facts == {"agencies": agencies}
    mark = case.agency_messages.filter(agency="database").last()
    assert mark.payload["warning_sent"] is True


def test_the_twenty_days_pass_before_a_warning() -> None:
    case = case_at("notified", world())
    with pytest.raises(Refused, match="Đ24 k5"):
        agency_warnings.warn_no_show(case.pk, by=confirming(case), at=START + timedelta(days=10))
    assert not case.agency_messages.filter(kind="warn").exists()


@pytest.mark.parametrize(
    ("owner", "agencies"),
    [
        ("individual", ["inspection", "registration", "licence"]),
        ("organisation", ["inspection", "registration"]),
    ],
)
def test_a_decision_not_complied_with_is_warned_about(owner: str, agencies: list[str]) -> None:
    case = case_at("served", world(), owner=owner)
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    assert [w.agency for w in case.warnings.order_by("pk")] == agencies
    licence = case.agency_messages.filter(agency="licence").first()
    assert licence is None or set(licence.payload) == {"licence", "decision"} | HOLD


def test_both_warnings_of_one_case_stand_side_by_side_and_are_lifted_together() -> None:
    place = world()
    case = case_at("notified", place)
    agency_warnings.warn_no_show(case.pk, by=confirming(case), at=LATE)
    by = acting(place.reviewer)
    agency_warnings.lift_warning(case.pk, reason="chủ xe đã đến", by=by, at=LATE)
    lifted = case.agency_messages.filter(kind="lift")
    assert {(row.agency, row.payload["ground"]) for row in lifted} == {
        ("inspection", "no_show"),
        ("registration", "no_show"),
    }
    with pytest.raises(Refused):
        agency_warnings.lift_warning(case.pk, reason="lần nữa", by=by, at=LATE)


def test_a_warning_is_not_lifted_without_a_reason() -> None:
    place = world()
    case = case_at("notified", place)
    agency_warnings.warn_no_show(case.pk, by=confirming(case), at=LATE)
    with pytest.raises(Refused, match="Nêu lý do"):
        agency_warnings.lift_warning(case.pk, reason=" ", by=acting(place.reviewer), at=LATE)


def test_payment_lifts_the_warning_in_its_own_transaction() -> None:
    case = case_at("served", world())
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    due = payments.amount_due(case.decision, on=LATE.date())
    payments.receive(
        case.decision.pk,
        provider="vnpay",
        reference="V-LIFT",
        amount_vnd=due.remaining_vnd,
        paid_at=LATE,
        at=LATE,
    )
    assert payments.settle_and_close(case.pk, at=LATE)
    assert not case.warnings.filter(lifted_on__isnull=True).exists()
    steps = list(case.events.order_by("sequence").values_list("step", flat=True))[-3:]
    assert steps == ["settle", "lift_warning", "close"]
    lifting = case.events.get(step="lift_warning")
    assert (lifting.actor_id, lifting.reason) == (None, agency_warnings.LIFTED_AT["paid"])
    assert case.agency_messages.filter(agency="database").last().payload["warning_sent"] is False
    for agency in ("inspection", "registration", "licence"):
        assert [kind for whom, kind in told(case) if whom == agency] == ["warn", "lift"]


def test_a_lifting_that_fails_takes_the_payment_step_with_it(monkeypatch) -> None:
    case = case_at("served", world())
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    due = payments.amount_due(case.decision, on=LATE.date())
    payments.receive(
        case.decision.pk, provider="vnpay", reference="V-F", amount_vnd=due.remaining_vnd,
        paid_at=LATE, at=LATE,
    )  # fmt: skip
    before = told(case)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(agency_warnings, "lift_warning", broken)
    with pytest.raises(RuntimeError):
        payments.settle_and_close(case.pk, at=LATE)
    assert Violation.objects.get(pk=case.pk).status == "served"
    assert told(case) == before


@pytest.mark.parametrize("status", ["dismissed", "time_barred"])
def test_a_case_that_ends_without_a_sanction_is_withdrawn_and_released(status: str) -> None:
    place = world()
    case = case_at("notified", place)
    agency_warnings.warn_no_show(case.pk, by=confirming(case), at=LATE)
    if status == "dismissed":
        sanctions.dismiss(case.pk, reason="Đ65 k1 đ.b", by=acting(place.leader), at=LATE)
    else:
        sanctions.end_by_clock(case.pk, "bar_by_time", at=START + timedelta(days=370))
    lookup = case.agency_messages.filter(agency="lookup").last()
    assert (lookup.kind, set(lookup.payload)) == ("withdraw", {"at"})
    assert statuses(case, "database")[-1] == status
    assert case.agency_messages.filter(agency="database").last().payload["public_status"] == (
        "no_sanction"
    )
    assert not case.warnings.filter(lifted_on__isnull=True).exists()
    assert case.events.get(step="lift_warning").reason == agency_warnings.LIFTED_AT[status]


def test_a_case_that_ends_before_its_notice_stays_unknown() -> None:
    case = case_at("owner_identified", world())
    sanctions.end_by_clock(case.pk, "bar_by_time", at=START + timedelta(days=370))
    assert told(case) == []


def test_a_lapsed_decision_is_released_and_no_longer_executed() -> None:
    case = case_at("served", world())
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    sanctions.end_by_clock(case.pk, "lapse", at=START + timedelta(days=800))
    assert statuses(case, "lookup")[-1] == "no_longer_executed"
    assert not case.warnings.filter(lifted_on__isnull=True).exists()


def test_a_cancelled_decision_is_withdrawn_and_released() -> None:
    place = world()
    case = case_at("served", place)
    agency_warnings.warn_unpaid(case.pk, by=confirming(case), at=LATE)
    with taking("sign_cancellation", case.pk, by=acting(place.leader), at=LATE):
        pass
    assert case.agency_messages.filter(agency="lookup").last().kind == "withdraw"
    entry = case.agency_messages.filter(agency="database").last().payload
    assert (entry["public_status"], entry["warning_sent"]) == ("annulled", False)
    assert case.events.get(step="lift_warning").reason == agency_warnings.LIFTED_AT["annulled"]


def test_a_transfer_publishes_the_new_unit_and_only_a_change_is_published_again() -> None:
    place = world()
    case = case_at("notified", place)
    for unit in (place.unit, place.other_unit):
        with taking("sign_transfer", case.pk, by=acting(place.leader), at=LATE) as (moved, _event):
            moved.unit = unit
    units = [row.payload["handling_unit"] for row in case.agency_messages.filter(kind="publish")]
    assert units == [place.unit.name, place.other_unit.name]
    last = case.agency_messages.filter(kind="publish").last().payload
    assert last["detecting_unit"] == place.unit.name


def test_what_was_never_published_is_not_withdrawn() -> None:
    place = world()
    case = case_at("recorded", place)
    case.agency_messages.all().delete()
    sanctions.dismiss(case.pk, reason="Đ65", by=acting(place.leader), at=LATE)
    assert told(case) == [("database", "status")]


def test_every_ending_says_why_it_lifts_and_nothing_else_lifts() -> None:
    assert set(agency_warnings.LIFTED_AT) == {*ENDED, "paid"} - {"rejected"}  # never warned
    assert all("Đ" in article for article in agency_warnings.LIFTED_AT.values())
    reachable = STEPS["lift_warning"].origins
    assert set(agency_warnings.LIFTED_AT) <= set(reachable)


def test_the_table_names_real_steps_and_every_status_from_the_notice_on() -> None:
    statuses_after = set(Violation.Status.values) - {
        "detected", "verified", "owner_identified", "rejected",
    }  # fmt: skip
    assert set(outbox.ON_STATUS) == statuses_after == set(outbox.PUBLIC_WORDS)
    assert set(outbox.ON_STEP) | outbox.LICENCE_STEPS <= set(STEPS)


def test_the_licence_agency_is_told_each_movement_and_suspension_once() -> None:
    place = world()
    case = case_at("decided", place)
    licence = Licence.objects.create(
        number="790123456789", classes="B", has_unlimited_part=False, has_term_part=True
    )
    PointsEntry.objects.create(
        licence=licence, part="term", what="deducted", points=4, on=date(2026, 10, 14),
        balance_after=8, decision=case.decision, at=START,
    )  # fmt: skip
    LicenceSuspension.objects.create(
        licence=licence, decision=case.decision, from_on=date(2026, 10, 14),
        until_on=date(2026, 12, 14),
    )  # fmt: skip
    told = CaseEvent(case=case, step="deduct_points", from_status="decided", to_status="decided")
    for _twice in range(2):
        outbox.follow(case, told, at=START)
    sent = case.agency_messages.filter(agency="licence").order_by("pk")
    assert [row.kind for row in sent] == ["points", "suspend"]
    assert sent[0].payload["points"] == 4 and sent[0].payload["balance_after"] == 8
    assert sent[1].payload == {
        "licence": "790123456789",
        "decision": case.decision.notice.number_text,
        "from": "2026-10-14",
        "until": "2026-12-14",
        "cancelled_on": None,
    }
