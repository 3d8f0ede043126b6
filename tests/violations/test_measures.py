"""Nothing that presses a person goes out before an officer has looked at the deliveries."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import translation

from notices.models import PaperDelivery
from tests.journeys import START, World, acting, case_at, world
from tests.violations.desk import clock, place, signed_in
from violations import measures, payments, service, sweeps
from violations.actors import Actor
from violations.guards import VIET_NAM, Refused
from violations.models import AgencyWarning, PendingMeasure, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def unpaid(place: World) -> tuple[Violation, PendingMeasure, datetime]:
    """Return a served case whose last day to pay is over, and its proposed warning."""
    case = case_at("served", place)
    assert case.pay_due_on is not None
    at = noon(case.pay_due_on + timedelta(days=1))
    sweeps.daily(at=at)
    return case, case.measures.get(kind="warn_unpaid"), at


def presumed(place: World) -> tuple[Violation, PendingMeasure, datetime]:
    """Return a decided case, receipt presumed and the last day to pay over: TT 18/2023 Đ5."""
    case = case_at("decided", place)
    assert case.decided_on is not None
    service.presume_receipt(
        case.pk, by=acting(place.reviewer), at=noon(case.decided_on + timedelta(days=13))
    )
    case = Violation.objects.get(pk=case.pk)
    assert case.pay_due_on is not None
    at = noon(case.pay_due_on + timedelta(days=5))
    sweeps.daily(at=at)
    return case, case.measures.get(kind="begin_late_charge"), at


def test_a_confirmed_warning_is_the_act_of_the_officer_who_confirmed(place: World) -> None:
    """NĐ 168/2024 Đ47 k11"""
    case, measure, at = unpaid(place)
    assert not AgencyWarning.objects.filter(case=case).exists()
    measures.confirm(measure.pk, by=acting(place.reviewer), at=at)
    assert case.events.get(step="warn_unpaid").actor_id == place.reviewer.user_id
    measure.refresh_from_db()
    assert (measure.state, measure.settled_by) == ("confirmed", place.reviewer)


def test_the_late_charge_on_proven_receipt_needs_no_word(place: World) -> None:
    """Luật XLVPHC Đ78 k1: the law sets the day."""
    case, _measure, _at = unpaid(place)
    assert case.events.get(step="begin_late_charge").actor_id is None
    assert not case.measures.filter(kind="begin_late_charge").exists()


def test_a_charge_on_presumed_receipt_waits_and_begins_on_the_laws_day(place: World) -> None:
    """TT 18/2023/TT-BTC Đ5 k4 đ.c: the day is not the day of the click."""
    case, measure, at = presumed(place)
    by = acting(place.reviewer)
    assert not case.events.filter(step="begin_late_charge").exists()
    with translation.override("en"), pytest.raises(Refused, match=r"open .* first"):
        measures.confirm(measure.pk, by=by, at=at)
    measures.open_measure(measure.pk, by=by, at=at)
    measures.confirm(measure.pk, by=by, at=at)
    event = case.events.get(step="begin_late_charge")
    assert case.pay_due_on is not None
    assert event.facts == {"began_on": (case.pay_due_on + timedelta(days=1)).isoformat()}


def test_what_another_officer_opened_is_not_opened_by_me(place: World) -> None:
    _case, measure, at = presumed(place)
    measures.open_measure(measure.pk, by=acting(place.second_reviewer), at=at)
    with pytest.raises(Refused):
        measures.confirm(measure.pk, by=acting(place.reviewer), at=at)


def test_a_letter_that_came_back_must_be_opened(place: World) -> None:
    """NĐ 118/2021 Đ17a; TT 73/2024 Đ24 k5"""
    case = case_at("notified", place)
    due = case.deadlines.get(name="no_show").due_on
    at = noon(due + timedelta(days=1))
    PaperDelivery.objects.filter(notice__draft__case=case).update(
        state="sent", sent_at=case.created_at
    )
    sweeps.daily(at=at)
    measure = case.measures.get(kind="warn_no_show")
    assert not measures.must_be_opened(measure)
    PaperDelivery.objects.filter(notice__draft__case=case).update(
        state="returned",
        reason="moved",
        settled_on=due,
        settled_at=at,
        proof="phiếu hoàn",
    )
    assert measures.must_be_opened(measure)


def test_a_declined_measure_says_why_and_is_not_proposed_again(place: World) -> None:
    case, measure, at = unpaid(place)
    with pytest.raises(Refused):
        measures.decline(measure.pk, reason=" ", by=acting(place.leader), at=at)
    measures.decline(measure.pk, reason="đang khiếu nại", by=acting(place.leader), at=at)
    assert sweeps.daily(at=at + timedelta(days=1)) == {}
    with pytest.raises(Refused):
        measures.confirm(measure.pk, by=acting(place.reviewer), at=at)
    assert not AgencyWarning.objects.filter(case=case).exists()


def test_a_payment_overtakes_what_waits(place: World) -> None:
    """Luật XLVPHC Đ73, Đ78: nothing is pressed for from who has paid."""
    case, measure, at = unpaid(place)
    owed = payments.amount_due(case.decision, on=at.date()).remaining_vnd
    payments.receive(
        case.decision.pk, provider="vnpay", reference="V1", amount_vnd=owed, paid_at=at, at=at
    )
    with pytest.raises(Refused):
        measures.confirm(measure.pk, by=acting(place.reviewer), at=at)
    assert sweeps.daily(at=at).get("withdraw_overtaken") == 1


@pytest.mark.parametrize("who", ["clerk", "other_leader", "supervisor"])
def test_who_may_not_confirm_is_refused(place: World, who: str) -> None:
    case, measure, at = unpaid(place)
    with pytest.raises(Refused):
        measures.confirm(measure.pk, by=acting(getattr(place, who)), at=at)
    assert not case.events.filter(step="warn_unpaid").exists()


class TestThePage:
    def test_lists_what_waits_and_confirms_the_chosen(self, place: World, clock: object) -> None:
        case, measure, at = unpaid(place)
        clock(at)  # type: ignore[operator]
        client = signed_in(place.reviewer)
        page = client.get(reverse("violations:confirmations"))
        assert case.number in page.content.decode()
        client.post(reverse("violations:confirm_chosen"), {"measure": [measure.pk]})
        assert case.events.filter(step="warn_unpaid").exists()

    def test_one_that_must_be_opened_is_not_confirmed_from_the_list(
        self, place: World, clock: object
    ) -> None:
        case, measure, at = presumed(place)
        clock(at)  # type: ignore[operator]
        client = signed_in(place.reviewer)
        address = reverse("violations:confirmation", args=[measure.pk])
        listed = client.get(reverse("violations:confirmations")).content.decode()
        assert f'value="{measure.pk}"' not in listed
        client.post(reverse("violations:confirm_chosen"), {"measure": [measure.pk]})
        assert not case.events.filter(step="begin_late_charge").exists()
        opened = client.get(address).content.decode()
        assert measure.article in opened
        client.post(f"{address}xac-nhan/")
        assert case.events.filter(step="begin_late_charge").exists()

    def test_is_shut_to_a_clerk_and_blind_to_another_unit(
        self, place: World, clock: object
    ) -> None:
        _case, measure, at = unpaid(place)
        clock(at)  # type: ignore[operator]
        assert signed_in(place.clerk).get(reverse("violations:confirmations")).status_code == 403
        address = reverse("violations:confirmation", args=[measure.pk])
        assert signed_in(place.other_leader).get(address).status_code == 404

    def test_the_case_page_shows_the_delivery_and_its_history(
        self, place: World, clock: object
    ) -> None:
        case, _measure, at = presumed(place)
        clock(at)  # type: ignore[operator]
        page = signed_in(place.reviewer).get(reverse("violations:case", args=[case.number]))
        assert case.decision.notice.number_text in page.content.decode()
        assert "deliveries-title" in page.content.decode()

    def test_the_case_page_begins_the_next_delivery(self, place: World, clock: object) -> None:
        """NĐ 118/2021 Đ17a: a letter that came back is followed by another way."""
        case = case_at("decided", place)
        at = case.created_at + timedelta(days=9)
        clock(at)  # type: ignore[operator]
        paper = case.decision.notice
        paper.deliveries.update(
            state="returned", reason="absent", settled_on=at.date(), settled_at=at, proof="phiếu"
        )
        client = signed_in(place.reviewer)
        begin = reverse("violations:begin_delivery", args=[case.number, paper.pk])
        home = reverse("violations:case", args=[case.number])
        assert f'action="{begin}"' in client.get(home).content.decode()
        client.post(begin, {"route": "commune"})
        assert paper.deliveries.get(state="waiting").route == "commune"
        assert case.events.get(step="begin_delivery").actor_id == place.reviewer.user_id

    def test_is_paged_the_longest_waiting_first(
        self, place: World, clock: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What does not fit on the first page is not out of sight."""
        monkeypatch.setattr(measures, "AT_ONCE", 1)
        waiting = []
        for day in (0, 1):
            case = case_at("served", place, at=START + timedelta(days=day))
            assert case.pay_due_on is not None
            waiting.append(case)
        last = max(case.pay_due_on for case in waiting if case.pay_due_on)
        at = noon(last + timedelta(days=1))
        sweeps.daily(at=at)
        clock(at)  # type: ignore[operator]
        client = signed_in(place.reviewer)
        address = reverse("violations:confirmations")
        pages = [client.get(address, {"trang": str(number)}) for number in (1, 2)]
        seen = [page.context["rows"][0]["measure"].case for page in pages]
        assert seen == waiting
        assert [len(page.context["rows"]) for page in pages] == [1, 1]
        assert pages[0].context["waiting"] == 2
        assert 'rel="next"' in pages[0].content.decode()

    def test_shows_what_a_charge_comes_to_before_it_is_confirmed(
        self, place: World, clock: object
    ) -> None:
        """TT 18/2023 Đ5: 0.05 % a day from the day after the last day to pay"""
        case, measure, at = presumed(place)
        assert case.pay_due_on is not None
        clock(at)  # type: ignore[operator]
        client = signed_in(place.reviewer)
        row = client.get(reverse("violations:confirmations")).context["rows"][0]
        fine = case.decision.fine_vnd
        days = 4  # the fifth day after the last one is the day of payment
        assert row["charge"].amount_vnd == fine * 5 * days // 10_000
        assert row["charge"].a_day_vnd == fine * 5 // 10_000
        page = client.get(reverse("violations:confirmation", args=[measure.pk]))
        charge = page.context["charge"]
        assert charge.from_on == case.pay_due_on + timedelta(days=1)
        figure = f"{charge.amount_vnd:,}".replace(",", ".")
        assert figure in page.content.decode()
        assert not case.events.filter(step="begin_late_charge").exists()

    def test_a_warning_costs_nothing_and_shows_no_charge(self, place: World, clock: object) -> None:
        _case, _measure, at = unpaid(place)
        clock(at)  # type: ignore[operator]
        page = signed_in(place.reviewer).get(reverse("violations:confirmations"))
        assert page.context["rows"][0]["charge"] is None


@pytest.mark.django_db(transaction=True)
def test_two_officers_confirm_the_same_charge_at_once_and_it_begins_once() -> None:
    """Luật XLVPHC Đ78: one charge, and the slower officer is told that it was settled."""
    place = world()
    case, measure, at = unpaid(place)
    second = place.second_reviewer
    start, told = threading.Barrier(2), []

    def confirm(by: Actor) -> None:
        try:
            start.wait(timeout=20)
            measures.confirm(measure.pk, by=by, at=at)
        except Refused as refusal:
            told.append(refusal.sentences[0])
        else:
            told.append("")
        finally:
            connections.close_all()

    officers = [
        threading.Thread(target=confirm, args=[acting(person)])
        for person in (place.reviewer, second)
    ]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join(timeout=60)
    assert sorted(bool(sentence) for sentence in told) == [False, True]
    assert case.events.filter(step="warn_unpaid").count() == 1
    measure.refresh_from_db()
    assert measure.state == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_two_officers_confirm_the_same_unproven_charge_at_once() -> None:
    """Only who opened it last may confirm it: TT 18/2023 Đ5 k4 đ.c."""
    place = world()
    case, measure, at = presumed(place)
    measures.open_measure(measure.pk, by=acting(place.reviewer), at=at)
    start, done = threading.Barrier(2), []

    def confirm() -> None:
        try:
            start.wait(timeout=20)
            measures.confirm(measure.pk, by=acting(place.reviewer), at=at)
        except Refused:
            done.append(False)
        else:
            done.append(True)
        finally:
            connections.close_all()

    presses = [threading.Thread(target=confirm) for _ in range(2)]
    for press in presses:
        press.start()
    for press in presses:
        press.join(timeout=60)
    assert sorted(done) == [False, True]
    assert case.events.filter(step="begin_late_charge").count() == 1
