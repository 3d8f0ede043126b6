"""Random walks: officers who hold every role try any act at any time, alone or two at once.

Each attempt either takes lawful steps, each with its event, or is refused in words and changes
nothing. What is lawful is judged by ``oracle``, which knows no guard; the workflow table is used
only to steer, so that a walk gets somewhere.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import connection

from tests.journeys import World, acting, case_at, world
from tests.violations import oracle
from tests.violations.moves import MOVES, step_of
from violations.guards import Refused
from violations.models import CaseEvent, Officer, OfficerTitle, Violation
from violations.workflow import STEPS

DAYS = (0, 1, 3, 8, 21, 75, 367)
ENDING = {"dismiss", "reject", "sign_cancellation", "pay_all"}
STARTS = ("detected", "owner_identified", "notified", "recorded", "decided", "served")
ACTS = {
    "red light": {"kind": "red_light"},  # the right to explain exists: the frame reaches 20 million
    "speeding": {"kind": "speed_over", "speed_tenths": 985, "limit_tenths": 800},  # it does not
}


class Illegal(AssertionError):
    """A walk found what must never be."""


@dataclass
class Attempt:
    """One act tried by one officer: ``taken``, ``refused``, or the fault that it ended in."""

    move: str
    officer: Officer
    outcome: str = ""


def tempted_world() -> World:
    """Make a world in which every officer of the unit holds every role and the power to sign."""
    place = world()
    for officer in officers_of(place):
        officer.user.groups.set(
            Group.objects.filter(name__in=["Reviewing officer", "Signing leader"])
        )
        OfficerTitle.objects.filter(officer=officer).update(title="office_head")
    return place


def officers_of(place: World) -> list[Officer]:
    """Return the three officers who walk."""
    return [place.reviewer, place.second_reviewer, place.leader]


class Walk:
    """One case from a random start; time only goes forward. The same seed tries the same acts.

    Plain random numbers, not hypothesis: that varies a walk by small steps from the one before,
    and could not shrink one either, because the database remembers.
    """

    def __init__(self, place: World, seed: int, *, tempting: frozenset[str] = frozenset()) -> None:
        self.dice = random.Random(seed)
        self.officers = officers_of(place)
        self.tempting = tempting  # steps to try more often
        start, act = self.dice.choice(STARTS), self.dice.choice(sorted(ACTS))
        waive = start in ("decided", "served")
        self.case = case_at(start, place, pictures=1, waive=waive, **ACTS[act])
        last = CaseEvent.objects.filter(case=self.case).latest("sequence")
        self.now = last.at + timedelta(minutes=1)
        self.story = [f"seed {seed}: {act}, {start}"]

    def go(self, steps: int) -> None:
        """Take so many turns: time passes, one officer tries, or two press at once."""
        for _turn in range(steps):
            kind = self.dice.random()
            if kind < 0.25:
                days = self.dice.choice(DAYS)
                self.now += timedelta(days=days, minutes=7)
                self.story.append(f"+{days} d")
            elif kind < 0.75:
                self._tried([self._attempt()])
            else:
                first, second = self._attempt(), self._attempt()
                if self.dice.random() < 0.5:
                    second.move = first.move
                self._tried([first, second])

    def _attempt(self) -> Attempt:
        """Choose an act: mostly one that could start here, seldom one that ends the case."""
        status = Violation.objects.values_list("status", flat=True).get(pk=self.case.pk)
        here = [move for move in sorted(MOVES) if status in STEPS[step_of(move)].origins]
        on = [move for move in here if move not in ENDING]
        tempting = [move for move in on if step_of(move) in self.tempting]
        chance = self.dice.random()
        if tempting and chance < 0.4:
            moves = tempting
        elif chance > 0.94 or not on:
            moves = sorted(MOVES)
        else:
            moves = on
        return Attempt(self.dice.choice(moves), self.dice.choice(self.officers))

    def _tried(self, attempts: list[Attempt]) -> None:
        self.now += timedelta(minutes=1)
        before = CaseEvent.objects.count()
        if len(attempts) == 1:
            self._try(attempts[0])
        else:
            self._at_once(attempts)
        self.story += [f"{each.officer.badge}: {each.move} {each.outcome}" for each in attempts]
        self._judge(attempts, CaseEvent.objects.count() - before)

    def _try(self, attempt: Attempt) -> None:
        try:
            MOVES[attempt.move](
                Violation.objects.get(pk=self.case.pk), acting(attempt.officer), self.now
            )
            attempt.outcome = "taken"
        except Refused:
            attempt.outcome = "refused"
        except Exception as fault:  # whatever else it is, it is no answer to a person
            attempt.outcome = f"{type(fault).__name__}: {fault}"[:300]

    def _at_once(self, attempts: list[Attempt]) -> None:
        barrier = threading.Barrier(len(attempts))

        def press(attempt: Attempt) -> None:
            try:
                barrier.wait(timeout=20)
                self._try(attempt)
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=(attempt,)) for attempt in attempts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    def _judge(self, attempts: list[Attempt], events: int) -> None:
        found = [each.outcome for each in attempts if each.outcome not in ("taken", "refused")]
        taken = sum(each.outcome == "taken" for each in attempts)
        if events < taken:
            found.append(f"{taken} acts were taken and only {events} events written")
        if events and not taken:
            found.append(f"every act was refused and yet {events} events were written")
        if taken:
            found += oracle.illegal(self.case.pk) + oracle.illegal_everywhere()
        if found:
            raise Illegal("\n".join([*found, "after:", *self.story]))
