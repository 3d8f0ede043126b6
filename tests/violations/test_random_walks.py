"""No walk of several officers finds an illegal state, a double number or a lost event.

And the walks are worth something: with one guard taken away they find what it guards against.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.violations.walking import Illegal, Walk, tempted_world
from violations.guards import decision, evidence, execution, procedure
from violations.workflow import STEPS

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = 30


def walk_all(walks: int, *, first: int = 0, tempting: frozenset[str] = frozenset()) -> None:
    """Walk so many seeds; raises Illegal with the whole story of the walk that found something."""
    place = tempted_world()
    for seed in range(first, first + walks):
        Walk(place, seed, tempting=tempting).go(TURNS)


@pytest.mark.gate
def test_random_walks_find_nothing_illegal() -> None:
    walk_all(30)


@pytest.mark.long
def test_many_random_walks_find_nothing_illegal() -> None:
    walk_all(600, first=random.randrange(10**6))


#: Two of the guards are missed only by the twentieth walk or later: minutes, so they are ``long``.
GUARDS = [
    pytest.param(guard, marks=mark, id=guard.__name__)
    for guard, mark in (
        (evidence.before_the_time_bar, pytest.mark.gate),
        (decision.explanation_is_over, pytest.mark.long),
        (decision.within_the_decision_period, pytest.mark.gate),
        (procedure.signer_did_not_verify, pytest.mark.long),
        (execution.execution_period_has_passed, pytest.mark.gate),
    )
]


@pytest.mark.parametrize("guard", GUARDS)
def test_with_one_guard_taken_away_the_walks_find_it(
    guard: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = [step for step in STEPS.values() if guard in step.guards]
    assert guarded
    for step in guarded:
        left = tuple(each for each in step.guards if each is not guard)
        monkeypatch.setitem(STEPS, step.name, replace(step, guards=left))
    with pytest.raises(Illegal):
        walk_all(100, tempting=frozenset(step.name for step in guarded))
