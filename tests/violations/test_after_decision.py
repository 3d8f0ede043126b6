"""After the decision: service, relief, change, enforcement, by the real acts; the books agree."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from notices.models import Notice, PaperKind
from tests.journeys import World, acting, case_at, world
from tests.violations.desk import signed_in
from tests.violations.test_payments import books, noon, pay
from violations import decision_changes, enforcement, payments, reliefs, service
from violations.guards import Refused
from violations.models import Relief, Violation
from violations.relief_rules import Part

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

DAY = date(2026, 10, 20)


@pytest.fixture
def place(db: Any) -> World:
    return world()


def fresh(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def grant(case: Violation, place: World, kind: str, on: date = DAY, **limits: Any) -> None:
    by = acting(place.reviewer)
    reliefs.request_relief(case.pk, kind=kind, requested_on=on, ground="ốm đau", by=by, at=noon(on))
    reliefs.propose_relief(
        case.pk, confirmation="UBND phường Mẫu Một", by=by, at=noon(on), **limits
    )
    reliefs.sign_relief(case.pk, by=acting(place.leader), at=noon(on))


def cancel(case: Violation, place: World, on: date = DAY) -> None:
    decision_changes.propose_change(
        case.pk, kind="cancelled", ground="wrong_person", text="Không đúng đối tượng.",
        by=acting(place.reviewer), at=noon(on),
    )  # fmt: skip
    decision_changes.sign_cancellation(case.pk, by=acting(place.leader), at=noon(on))


def test_a_refusal_needs_its_minutes_and_then_counts_as_service(place: World) -> None:
    case, by = case_at("decided", place), acting(place.reviewer)
    with pytest.raises(Refused):
        service.record_service_attempt(
            case.pk, what="refused", on=DAY, proof="không nhận", by=by, at=noon(DAY)
        )
    service.record_service_attempt(
        case.pk, what="refused", on=DAY, proof="không nhận", minutes="07", by=by, at=noon(DAY)
    )
    service.deem_served(case.pk, by=by, at=noon(DAY))
    case = fresh(case)
    assert (case.status, case.served_on, case.service.way) == ("served", DAY, "refused")
    assert case.pay_due_on == date(2026, 10, 30)


def test_a_presumed_receipt_gives_way_to_a_proven_one(place: World) -> None:
    case, by = case_at("decided", place), acting(place.reviewer)
    later = case.decided_on + timedelta(days=20)
    service.presume_receipt(case.pk, by=by, at=noon(later))
    assert (fresh(case).status, fresh(case).pay_due_on) == ("decided", date(2026, 10, 26))
    service.serve_decision(
        case.pk, way="post", received_on=later, proof="RR1", by=by, at=noon(later)
    )
    assert fresh(case).pay_due_on == date(2026, 11, 13)


def test_a_deferral_charges_nothing_until_its_end(place: World) -> None:
    case = case_at("served", place)
    grant(case, place, "deferral", until_on=date(2026, 11, 30))
    decision = fresh(case).decision
    assert payments.amount_due(decision, on=date(2026, 12, 1)).late_charge_vnd == 0
    assert payments.amount_due(decision, on=date(2026, 12, 3)).late_charge_vnd == 2 * 9_500


@pytest.mark.parametrize(
    ("day", "is_held"), [(date(2026, 11, 20), True), (date(2026, 12, 5), False)]
)
def test_a_deferred_fine_is_shown_as_deferred_and_not_as_overdue(
    place: World, monkeypatch: pytest.MonkeyPatch, day: date, is_held: bool
) -> None:
    """Luật XLVPHC Đ76: the last day to pay has passed on both days."""
    case = case_at("served", place)
    grant(case, place, "deferral", until_on=date(2026, 11, 30))
    monkeypatch.setattr(timezone, "now", lambda: noon(day))
    page = signed_in(place.reviewer).get(f"/can-bo/ho-so/{case.number}/")
    shown = page.context["chip"], page.content.decode()
    assert ("30/11/2026" in (page.context["held"] or "")) is is_held
    assert (shown[0].tone == "bad") is not is_held
    assert ("banner-bad" in shown[1]) is not is_held


def test_a_reduction_lowers_fine_and_books_and_an_exemption_closes(place: World) -> None:
    case = case_at("served", place)
    grant(case, place, "reduction", reduced_vnd=5_000_000)
    assert payments.amount_due(fresh(case).decision, on=DAY).remaining_vnd == 14_000_000
    assert books() == {"receivable:fine": 14_000_000, "revenue:fine": -14_000_000}
    grant(case, place, "exemption")
    assert (fresh(case).status, books()) == ("closed", {})
    assert fresh(case).events.get(step="settle").facts == {"confirmed": False}


def test_a_missed_part_lets_the_charge_run_and_enforcement_follow(place: World) -> None:
    case = case_at("served", place)
    parts = [Part(date(2026, 11, 2), 8_000_000), Part(date(2026, 12, 1), 11_000_000)]
    grant(case, place, "instalments", parts=parts)
    pay(case, 8_000_000, date(2026, 11, 2))
    assert payments.amount_due(fresh(case).decision, on=date(2026, 12, 2)).late_charge_vnd == 0
    missed = date(2026, 12, 4)
    assert payments.amount_due(fresh(case).decision, on=missed).late_charge_vnd == 2 * 5_500
    enforcement.propose_enforcement(
        case.pk, measure="deduction", ground="không nộp", by=acting(place.reviewer), at=noon(missed)
    )
    enforcement.sign_enforcement(case.pk, by=acting(place.leader), at=noon(missed))
    assert fresh(case).status == "enforced"


def test_an_amendment_recomputes_within_the_frame_and_owes_back_the_excess(place: World) -> None:
    case = case_at("served", place)
    pay(case, 18_500_000, DAY)
    decision_changes.propose_change(
        case.pk, kind="amended", ground="content_wrong", text="Hai tình tiết giảm nhẹ.",
        circumstances=(2, 0), by=acting(place.reviewer), at=noon(DAY),
    )  # fmt: skip
    decision_changes.sign_amendment(case.pk, by=acting(place.leader), at=noon(DAY))
    assert fresh(case).decision.notice.voided_at is None  # amended, it still holds
    assert fresh(case).status == "closed"
    assert books() == {
        "clearing:vnpay": 18_500_000, "revenue:fine": -18_000_000, "liability:unapplied": -500_000
    }  # fmt: skip


@pytest.mark.parametrize("status", ["served", "closed"])
def test_a_cancellation_owes_back_every_dong(place: World, status: str) -> None:
    case = case_at(status, place)
    paid = 19_000_000 if status == "closed" else 0
    cancel(case, place)
    assert fresh(case).status == "annulled"
    assert books().get("liability:unapplied", 0) == -paid
    assert books().get("revenue:fine", 0) == 0
    late = pay(case, 1_000_000, DAY, "R9")
    assert late.unapplied_vnd == 1_000_000
    assert books()["liability:unapplied"] == -paid - 1_000_000


def test_a_cancelled_decision_is_void_by_the_paper_that_cancels_it(place: World) -> None:
    case = case_at("served", place)
    paper = case.decision.notice
    assert not Notice.objects.filter(voided_at__isnull=False).exists()
    cancel(case, place)
    paper.refresh_from_db()
    cancelling = Notice.objects.get(kind=PaperKind.CANCELLATION)
    assert (paper.voided_at, paper.voided_by) == (noon(DAY), cancelling)
    assert cancelling.number_text in paper.void_reason
    assert paper.events.get(what="voided").facts["by"] == cancelling.number_text
    assert list(Notice.objects.filter(voided_at__isnull=False)) == [paper]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["cancellation", "relief"])
def test_a_payment_at_the_same_moment_leaves_exact_books(other: str) -> None:
    place = world()
    case = case_at("served", place)
    by = acting(place.reviewer)
    if other == "relief":
        reliefs.request_relief(
            case.pk, kind="exemption", requested_on=DAY, ground="ốm", by=by, at=noon(DAY)
        )
        reliefs.propose_relief(case.pk, confirmation="UBND", by=by, at=noon(DAY))
    else:
        decision_changes.propose_change(
            case.pk, kind="cancelled", ground="procedure", text="Sai thủ tục.", by=by, at=noon(DAY)
        )
    leader = acting(place.leader)
    barrier = threading.Barrier(2)
    failures: list[BaseException] = []

    def run(act: Any) -> None:
        try:
            barrier.wait(timeout=20)
            act()
        except Refused:
            pass  # the relief no longer fits what is unpaid
        except BaseException as failure:  # shown below
            failures.append(failure)
        finally:
            connection.close()

    sign = reliefs.sign_relief if other == "relief" else decision_changes.sign_cancellation
    acts = [
        lambda: (pay(case, 19_000_000, DAY), payments.settle_and_close(case.pk, at=noon(DAY))),
        lambda: sign(case.pk, by=leader, at=noon(DAY)),
    ]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    totals = books()
    assert sum(totals.values()) == 0
    assert totals["clearing:vnpay"] == 19_000_000
    if other == "cancellation":
        assert fresh(case).status == "annulled"
        assert totals["liability:unapplied"] == -19_000_000
    else:
        granted = Relief.objects.get(case=case).state == Relief.State.GRANTED
        assert totals.get("liability:unapplied", 0) == (-19_000_000 if granted else 0)
