"""No walk through the money finds a broken book; with one guard taken away they find it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from citizens import settlement
from citizens.gateways import vnpay_signing
from citizens.models import StatementLine
from citizens.statements import matches
from tests.citizens.money_walks import GROUND, Ground, MoneyWalk
from tests.citizens.visits import NOW, case_at
from tests.journeys import acting, officer
from violations import payments, refunds
from violations.refunds import Refundable

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(place: Any) -> Iterator[Ground]:
    made = Ground(
        place=place,
        case=case_at("served", place),
        maker=acting(officer("mai", "Vũ Thanh Mai", "Accountant", place.unit)),
        checker=acting(officer("an", "Lý Bình An", "Accountant", place.unit)),
        at=NOW,
    )
    GROUND[:] = [made]
    yield made
    GROUND.clear()


def walk(walks: int, *, steps: int = 10, surely: bool = True, shrinks: bool = True) -> None:
    """Walk so many times; raises AssertionError with the story of the walk that found something."""
    run_state_machine_as_test(
        MoneyWalk,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=surely,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        ),
    )


@pytest.mark.gate
def test_two_hundred_walks_find_no_broken_book(ground: Ground) -> None:
    walk(200)


@pytest.mark.long
def test_two_thousand_walks_find_no_broken_book(ground: Ground) -> None:
    walk(2_000, steps=16, surely=False)


def without_the_check_of_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = settlement._take_effect
    monkeypatch.setattr(
        settlement,
        "_take_effect",
        lambda attempt, told, *, at: judge(
            attempt, replace(told, amount_vnd=attempt.amount_vnd), at=at
        ),
    )


def without_the_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vnpay_signing, "is_signed", lambda *_given: True)


def without_the_one_row_of_one_money(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "_known", lambda *_given: None)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE violations_payment DROP CONSTRAINT the_same_money_is_one_row;"
            "ALTER TABLE violations_ledgertransaction DROP CONSTRAINT one_posting_per_source"
        )


def without_the_bound_of_refunds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        refunds, "refundable", lambda payment, *, on: Refundable(payment.amount_vnd, 0, 0)
    )


def without_the_one_thing_of_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matches, "open_lines", lambda: StatementLine.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX a_line_belongs_to_one_thing")


TOLD = "what is booked is not what the gateway truly told"


@pytest.mark.parametrize(
    ("take_away", "found"),
    [
        pytest.param(without_the_check_of_the_sum, TOLD, marks=pytest.mark.gate),
        pytest.param(without_the_signature, TOLD, marks=pytest.mark.long),
        pytest.param(without_the_one_row_of_one_money, TOLD, marks=pytest.mark.gate),
        pytest.param(
            without_the_bound_of_refunds,
            "more goes back than came|more was given back|refund_is_within|every_dong",
            marks=pytest.mark.gate,
        ),
        pytest.param(without_the_one_thing_of_a_line, "a line pays twice", marks=pytest.mark.long),
    ],
    ids=lambda given: getattr(given, "__name__", "").removeprefix("without_"),
)
def test_with_one_guard_taken_away_the_walks_find_it(
    take_away: Any, found: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.check_constraints()  # what is deferred is judged, so that a table may be altered
    take_away(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError), match=found):
        walk(200, shrinks=False)
