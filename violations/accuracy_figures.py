"""Counts behind the figures of quality: agreement and accuracy, by officer, queue and device.

Only blind looks count: who knew the first verdict proves nothing. Where two disagree, who was
right is what the third person found; what is not settled yet counts for nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, F, Q, QuerySet

from cameras.models import Unit
from violations.accuracy import Tally
from violations.models import KnownAnswer, Officer, ReviewDecision, ReviewRole, SecondLook

FINAL = ReviewDecision.State.FINAL


@dataclass(frozen=True)
class Pace:
    """How an officer worked: verdicts, time on screen, undone and corrected ones."""

    verdicts: int = 0
    seconds: float = 0.0
    decided: int = 0
    undone: int = 0
    accepted: int = 0
    corrected: int = 0

    @property
    def undone_share(self) -> float | None:
        """Return the share of verdicts taken back within their ten seconds."""
        return self.undone / self.decided if self.decided else None

    @property
    def corrected_share(self) -> float | None:
        """Return the share of verified cases whose plate was corrected by hand."""
        return self.corrected / self.accepted if self.accepted else None


def blind_looks(unit: Unit | None, since: datetime, until: datetime) -> QuerySet[SecondLook]:
    """Return the answered blind looks of a unit, or of all, asked for in a period."""
    looks = SecondLook.objects.filter(
        is_blind=True, looked_at__isnull=False, looked_at__gte=since, looked_at__lt=until
    )
    return looks if unit is None else looks.filter(case__unit=unit)


def agreement(looks: QuerySet[SecondLook], path: str) -> dict[str, Tally]:
    """Return how often two looks said the same, by what ``path`` leads to from a look."""
    rows = (
        looks.order_by()
        .values_list(path)
        .annotate(of=Count("pk"), right=Count("pk", filter=Q(agrees=True)))
    )
    return {str(key): Tally(right, of) for key, of, right in rows}


def accuracy(
    looks: QuerySet[SecondLook], answers: QuerySet[KnownAnswer], officers: Iterable[Officer]
) -> dict[int, Tally]:
    """Return how often each officer was right, as first and as second pair of eyes, and on known
    cases.
    """
    wanted = {officer.pk for officer in officers}
    found: dict[int, Tally] = defaultdict(Tally)
    # Two verified different things, and the third person rejected the case.
    neither = Q(first_review__choice="verify", review__choice="verify", case__status="rejected")
    settled = looks.filter(Q(agrees=True) | Q(upholds__isnull=False))
    for who, first_was_right in (
        ("first_review__officer", Q(agrees=True) | Q(upholds=True)),
        ("looked_by", Q(agrees=True) | (Q(upholds=False) & ~neither)),
    ):
        rows = (
            settled.order_by()
            .values_list(who)
            .annotate(of=Count("pk"), right=Count("pk", filter=first_was_right))
        )
        for officer, of, right in rows:
            if officer in wanted:
                found[officer] += Tally(right, of)
    for officer, known in known_accuracy(answers).items():
        if officer in wanted:
            found[officer] += known
    return dict(found)


def known_accuracy(answers: QuerySet[KnownAnswer]) -> dict[int, Tally]:
    """Return how often each officer was right on cases with a known answer."""
    rows = (
        answers.order_by()
        .values_list("officer")
        .annotate(of=Count("pk"), right=Count("pk", filter=Q(is_right=True)))
    )
    return {officer: Tally(right, of) for officer, of, right in rows}


def known_answers(unit: Unit | None, since: datetime, until: datetime) -> QuerySet[KnownAnswer]:
    """Return the answers on known cases by the officers of a unit in a period."""
    answers = KnownAnswer.objects.filter(answered_at__gte=since, answered_at__lt=until)
    return answers if unit is None else answers.filter(officer__unit=unit)


def pace(unit: Unit | None, since: datetime, until: datetime) -> dict[int, Pace]:
    """Return how the officers of a unit worked in a period."""
    verdicts = ReviewDecision.objects.filter(decided_at__gte=since, decided_at__lt=until)
    if unit is not None:
        verdicts = verdicts.filter(officer__unit=unit)
    firsts = Q(state=FINAL) & ~Q(role=ReviewRole.KNOWN)
    accepted = firsts & Q(choice="verify")
    rows = (
        verdicts.order_by()
        .values("officer")
        .annotate(
            verdicts=Count("pk", filter=firsts),
            ms=Avg("visible_ms", filter=firsts),
            decided=Count("pk"),
            undone=Count("pk", filter=Q(state="undone")),
            accepted=Count("pk", filter=accepted),
            corrected=Count(
                "pk",
                filter=accepted & ~Q(plate="") & ~Q(plate=F("case__detection__plate_normalised")),
            ),
        )
    )
    return {
        row["officer"]: Pace(
            row["verdicts"],
            round((row["ms"] or 0) / 1000, 1),
            row["decided"],
            row["undone"],
            row["accepted"],
            row["corrected"],
        )
        for row in rows
    }
