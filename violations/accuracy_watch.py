"""Sampling rises by itself where accuracy falls; nothing else happens by itself, and nothing sinks.

What follows a low figure is for people to do: talk, look at the cases, train. The portal punishes
nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from cameras.models import Unit
from violations import accuracy_figures
from violations.accuracy import Tally
from violations.models import Officer, SamplingChange
from violations.quality import rates_for

REMEMBERED = timedelta(days=90)
RAISED_TO = 200  # per mille
STRATA = ("accepted", "rejected")


def raise_everywhere(*, at: datetime) -> int:
    """Raise sampling in every unit whose officers' accuracy fell; returns how many officers."""
    return sum(len(raise_sampling(unit, at=at)) for unit in Unit.objects.order_by("code"))


def raise_sampling(unit: Unit, *, at: datetime) -> list[Officer]:
    """Look at a fifth of the verdicts of each officer of a unit whose accuracy is surely too low.

    Surely: at least 30 answers, and even the upper bound of the interval is under 97 per cent. A
    person's own change stands until newer answers speak against it: only answers since then are
    counted. Taken twice it acts once. Returns the officers concerned.
    """
    raised = []
    for officer in Officer.objects.filter(unit=unit).order_by("pk"):
        with transaction.atomic():
            Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)
            found = accuracy_of(officer, since=_since(officer, at), until=at)
            rates = rates_for(officer)
            low = [name for name in STRATA if rates.get(name, 0) < RAISED_TO]
            if not found.is_too_low or not low:
                continue
            for stratum in low:
                SamplingChange.objects.create(
                    unit=unit,
                    officer=officer,
                    stratum=stratum,
                    per_mille=RAISED_TO,
                    reason=_reason(found),
                    changed_at=at,
                )
            raised.append(officer)
    return raised


def accuracy_of(officer: Officer, *, since: datetime, until: datetime) -> Tally:
    """Return how often one officer was right in a period."""
    figures = accuracy_figures.accuracy(
        accuracy_figures.blind_looks(None, since, until),
        accuracy_figures.known_answers(None, since, until),
        [officer],
    )
    return figures.get(officer.pk, Tally())


def _since(officer: Officer, at: datetime) -> datetime:
    by_hand = (
        SamplingChange.objects.filter(officer=officer, changed_by__isnull=False)
        .order_by("-id")
        .values_list("changed_at", flat=True)
        .first()
    )
    return max(at - REMEMBERED, by_hand) if by_hand else at - REMEMBERED


def _reason(found: Tally) -> str:
    low, high = found.interval
    return gettext("Accuracy %(right)d of %(of)d, between %(low)s and %(high)s per cent.") % {
        "right": found.right,
        "of": found.of,
        "low": f"{low * 100:.1f}",
        "high": f"{high * 100:.1f}",
    }
