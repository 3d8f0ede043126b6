"""The limits of relief and the late charge over its holds: hand-computed tables."""

from __future__ import annotations

from datetime import date

import pytest

from violations.late_charges import Hold, charge_lines, plan_holds_until
from violations.relief_rules import (
    Flaw,
    Part,
    asked_in_time,
    flaws_of_deferral,
    flaws_of_plan,
    flaws_of_reduction,
    may_be_deferred,
    may_be_paid_in_parts,
)
from violations.service_rules import deemed_service

pytestmark = pytest.mark.gate

DUE = date(2026, 10, 26)


def d(day: int, month: int = 11) -> date:
    return date(2026, month, day)


@pytest.mark.parametrize(
    ("rule", "fine", "organisation", "allowed"),
    [
        pytest.param(may_be_deferred, 1_999_999, False, False, id="Đ76 k1: below 2 million"),
        pytest.param(may_be_deferred, 2_000_000, False, True, id="Đ76 k1: from 2 million"),
        pytest.param(may_be_deferred, 99_999_999, True, False, id="Đ76 k1: organisation below 100"),
        pytest.param(may_be_deferred, 100_000_000, True, True, id="Đ76 k1: organisation from 100"),
        pytest.param(may_be_paid_in_parts, 14_999_999, False, False, id="Đ79 k1: below 15 million"),
        pytest.param(may_be_paid_in_parts, 15_000_000, False, True, id="Đ79 k1: from 15 million"),
        pytest.param(may_be_paid_in_parts, 149_999_999, True, False, id="Đ79 k1: organisation"),
        pytest.param(may_be_paid_in_parts, 150_000_000, True, True, id="Đ79 k1: organisation from"),
    ],
)
def test_thresholds(rule, fine, organisation, allowed) -> None:  # type: ignore[no-untyped-def]
    assert rule(fine, organisation=organisation) is allowed


def test_a_deferral_is_asked_for_within_the_time_to_comply() -> None:
    assert asked_in_time(DUE, DUE)
    assert not asked_in_time(d(27, 10), DUE)
    assert asked_in_time(d(27, 10), None)


@pytest.mark.parametrize(
    ("until", "flaws"),
    [
        pytest.param(date(2027, 2, 1), [], id="Đ76 k2: three months to the day"),
        pytest.param(date(2027, 2, 2), [Flaw.TOO_LONG], id="Đ76 k2: a day more"),
        pytest.param(d(1), [Flaw.NOT_AHEAD], id="Đ76: not ahead"),
    ],
)
def test_the_length_of_a_deferral(until: date, flaws: list[Flaw]) -> None:
    found = flaws_of_deferral(
        19_000_000, organisation=False, today=d(1), until_on=until, latest=date(2027, 2, 1)
    )
    assert found == flaws


@pytest.mark.parametrize(
    ("reduced", "exemption", "flaws"),
    [
        pytest.param(9_999_999, False, [], id="Đ77: less than is unpaid"),
        pytest.param(
            10_000_000, False, [Flaw.MORE_THAN_UNPAID], id="Đ77: all of it is no reduction"
        ),
        pytest.param(10_000_000, True, [], id="Đ77: exemption from all that is unpaid"),
        pytest.param(10_000_001, True, [Flaw.MORE_THAN_UNPAID], id="Đ77: above what is unpaid"),
        pytest.param(0, False, [Flaw.NOTHING_TAKEN_OFF], id="Đ77: nothing"),
    ],
)
def test_the_amount_of_a_reduction(reduced: int, exemption: bool, flaws: list[Flaw]) -> None:
    assert flaws_of_reduction(reduced, 10_000_000, exemption=exemption) == flaws


@pytest.mark.parametrize(
    ("amounts", "flaws"),
    [
        pytest.param((7_600_000, 5_700_000, 5_700_000), [], id="Đ79 k2: 40 % first, three parts"),
        pytest.param((7_599_999, 11_400_001), [Flaw.FIRST_PART], id="Đ79 k2: a đồng below 40 %"),
        pytest.param((8_000_000, 11_000_001), [Flaw.SUM], id="Đ79: sum is not the unpaid fine"),
        pytest.param((19_000_000,), [Flaw.PARTS], id="Đ79 k2: one part is no plan"),
        pytest.param((8_000_000, 5_000_000, 3_000_000, 3_000_000), [Flaw.PARTS], id="Đ79 k2: four"),
        pytest.param((19_000_000, 0), [Flaw.PARTS], id="Đ79 k2: an empty part"),
    ],
)
def test_plans(amounts: tuple[int, ...], flaws: list[Flaw]) -> None:
    parts = [Part(d(10 + n), amount) for n, amount in enumerate(amounts)]
    found = flaws_of_plan(
        parts, fine_vnd=19_000_000, unpaid_vnd=19_000_000, organisation=False,
        today=d(5), latest=date(2027, 4, 14),
    )  # fmt: skip
    assert found == flaws


H = Hold
CASES = [
    # id, pay on, changes, holds, charge of a fine of 19,000,000 (9,500 a day) due on 26/10
    ("Đ5: before the end", d(20, 10), [], [], 0),
    ("Đ5: on the last day", DUE, [], [], 0),
    ("Đ5: the day after", d(27, 10), [], [], 0),
    ("Đ5: two days after", d(28, 10), [], [], 9_500),
    ("Đ5: ten days", d(6), [], [], 95_000),
    ("Đ5: across a month, holidays count", d(27), [], [], 294_500),
    ("Đ5: part paid in time", d(6), [(DUE, -9_000_000)], [], 50_000),
    ("Đ5: part paid late counts from its day", d(6), [(d(1), -9_000_000)], [], 47_500 + 25_000),
    ("Đ5: part paid on the first late day", d(6), [(d(27, 10), -9_000_000)], [], 50_000),
    ("Đ5: all paid, nothing grows", d(26), [(d(6), -19_000_000)], [], 95_000),
    ("Đ5: a payment of the charge alone moves nothing", d(6), [(d(1), 0)], [], 95_000),
    ("Đ5: paid on the day asked about is still charged before", d(6), [(d(6), -9_000_000)], [], 95_000),
    ("Đ5 k2: held throughout", d(6), [], [H(d(20, 10), d(20), "")], 0),
    ("Đ5 k2: open hold", d(6), [], [H(d(1), None, "")], 5 * 9_500),
    ("Đ5 k2: hold inside", d(6), [], [H(d(28, 10), d(30, 10), "")], 7 * 9_500),
    ("Đ5 k2: hold before the end is no hold", d(6), [], [H(d(1, 10), DUE, "")], 95_000),
    ("Đ5 k2: overlapping holds count once", d(6), [], [H(d(28, 10), d(31, 10), ""), H(d(30, 10), d(1), "")], 5 * 9_500),
    ("Đ76: deferral ends, the next day is charged", d(20), [], [H(d(20, 10), d(15), "")], 4 * 9_500),
    ("Đ77: reduction lowers the base from its day", d(6), [(d(1), -5_000_000)], [], 5 * 9_500 + 5 * 7_000),
    ("Đ77: request held, then reduced", d(6), [(d(2), -5_000_000)], [H(d(30, 10), d(2), "")], 3 * 9_500 + 3 * 7_000),
    ("Đ77: exemption stops it", d(20), [(d(1), -19_000_000)], [], 5 * 9_500),
    ("Đ13: amended upwards from its day", d(6), [(d(1), 1_000_000)], [], 5 * 9_500 + 5 * 10_000),
    ("Đ35 KN: suspension with a part payment inside", d(6), [(d(1), -9_000_000)], [H(d(31, 10), d(2), "")], 4 * 9_500 + 3 * 5_000),
    ("Đ5: rounded once a stretch, half up", d(30, 10), [(DUE, -18_999_000)], [], 2),
    ("Đ5: overpaid is nought", d(6), [(DUE, -19_500_000)], [], 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "changes", "holds", "charge"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_the_late_charge_by_hand(on, changes, holds, charge) -> None:  # type: ignore[no-untyped-def]
    lines = charge_lines(DUE, on, 19_000_000, changes, holds)
    assert sum(line.amount_vnd for line in lines) == charge


PLAN = [(d(2), 8_000_000), (d(30), 6_000_000), (date(2026, 12, 31), 5_000_000)]


@pytest.mark.parametrize(
    ("unpaid", "on", "until"),
    [
        pytest.param([19_000_000] * 3, d(2), None, id="Đ79: the day of a part is not missed yet"),
        pytest.param([19_000_000] * 3, d(3), d(2), id="Đ79: first part missed"),
        pytest.param([11_000_001] * 3, d(3), d(2), id="Đ79: a đồng short is missed"),
        pytest.param([11_000_000, 11_000_000, 0], d(30), None, id="Đ79: kept so far"),
        pytest.param(
            [11_000_000, 11_000_000, 0], date(2026, 12, 1), d(30), id="Đ79: second missed"
        ),
        pytest.param([0, 0, 0], date(2027, 1, 5), date(2026, 12, 31), id="Đ79: kept to the end"),
    ],
)
def test_a_plan_holds_until_a_part_is_missed(
    unpaid: list[int], on: date, until: date | None
) -> None:
    assert plan_holds_until(PLAN, unpaid, on) == until


@pytest.mark.parametrize(
    ("attempts", "way", "on"),
    [
        pytest.param([("refused", date(2026, 2, 13))], "refused", date(2026, 2, 13), id="Đ17a: refused, that day"),
        pytest.param([("returned", date(2026, 2, 3)), ("returned", date(2026, 2, 6)), ("returned", date(2026, 2, 12))], "returned", date(2026, 2, 24), id="Đ17a: third return before Tết, three working days"),
        pytest.param([("entered", date(2026, 2, 12))], "entered", date(2026, 2, 24), id="Đ17a: entered before Tết"),
        pytest.param([("posted_up", date(2026, 2, 9))], "posted_up", date(2026, 3, 2), id="Đ17a: posted up seven, then three, over Tết"),
        pytest.param([("returned", date(2026, 2, 3)), ("returned", date(2026, 2, 6))], None, None, id="Đ17a: two returns prove nothing"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_deemed_days_over_tet(attempts, way, on) -> None:  # type: ignore[no-untyped-def]
    found = deemed_service(attempts)
    assert (found and (found.way, found.on)) == (way and (way, on))
