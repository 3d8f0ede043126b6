"""A random sample of cases for an audit (mẫu kiểm toán): anyone can draw the same one again.

Method. Every case of the population gets the rank SHA-256(seed ":" id), and the cases with the
lowest ranks are the sample. The hash is uniform, so each case is as likely as any other, and nobody
can choose a case by choosing the seed without trying seeds; a seed that is not given is drawn by
the operating system. The database computes the ranks in one pass and keeps only as many rows as
the sample holds: of ten million cases none but those drawn reach the portal.

Cases opened after the moment of drawing are outside the population. Filters by status or officer
read the cases as they stand now, so the numbers of the cases drawn are kept with the sample.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, Exists, F, Func, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext

from cameras.models import Unit
from violations.actors import actor_for
from violations.audit_export import pack
from violations.guards import VIET_NAM, Refused
from violations.models import AccessEntry, AuditSample, ReviewDecision, Violation
from violations.models.officer import AllUnits

DRAWER = "violations.draw_sample"
MOST = 500
LONGEST_SEED = 64


@dataclass(frozen=True)
class Population:
    """What a sample is drawn from: cases opened on these days (in Viet Nam), narrowed by the rest.

    An empty text or tuple narrows nothing.
    """

    from_on: date
    until_on: date
    unit: str = ""
    statuses: tuple[str, ...] = ()
    kind: str = ""
    officer: str = ""  # badge: gave a verdict on the case
    device: str = ""

    def as_facts(self, drawn_at: datetime) -> dict[str, Any]:
        """Return the population as it is kept with the sample."""
        return {
            "from_on": self.from_on.isoformat(),
            "until_on": self.until_on.isoformat(),
            "opened_before": drawn_at.isoformat(),
            "unit": self.unit,
            "statuses": sorted(self.statuses),
            "kind": self.kind,
            "officer": self.officer,
            "device": self.device,
        }


class Rank(Func):
    """SHA-256 over the seed and the id of a case, in the database."""

    template = "sha256(convert_to(%(expressions)s, 'UTF8'))"
    output_field = BinaryField()


def rank_of(seed: str, case_id: uuid.UUID) -> bytes:
    """Return the rank of a case under a seed, as the database computes it."""
    return hashlib.sha256(f"{seed}:{case_id}".encode()).digest()


def cases_of(population: Population, *, codes: Any, at: datetime) -> QuerySet[Violation]:
    """Return the cases of a population within the units of ``codes``, opened before ``at``."""
    first = datetime.combine(population.from_on, datetime.min.time(), VIET_NAM)
    beyond = datetime.combine(
        population.until_on + timedelta(days=1), datetime.min.time(), VIET_NAM
    )
    rows = Violation.objects.order_by().filter(
        created_at__gte=first, created_at__lt=min(beyond, at)
    )
    if not isinstance(codes, AllUnits):
        rows = rows.filter(unit__code__in=codes)
    if population.unit:
        rows = rows.filter(unit=Unit.objects.filter(code=population.unit).first())
    if population.statuses:
        rows = rows.filter(status__in=population.statuses)
    if population.kind:
        rows = rows.filter(violation_type=population.kind)
    if population.device:
        rows = rows.filter(detection__device__code=population.device)
    if population.officer:
        verdicts = ReviewDecision.objects.filter(
            case=OuterRef("pk"), officer__badge=population.officer
        )
        rows = rows.filter(Exists(verdicts))
    return rows


def draw(rows: QuerySet[Violation], *, seed: str, size: int) -> list[Violation]:
    """Return the ``size`` cases of lowest rank under ``seed``, in the order of their ranks."""
    key = Concat(Value(f"{seed}:"), Cast(F("id"), TextField()), output_field=TextField())
    drawn = rows.annotate(rank=Rank(key)).order_by("rank", "pk")[:size]
    ids = list(drawn.values_list("pk", flat=True))
    found = Violation.objects.select_related("unit", "detection__device", "rule").in_bulk(ids)
    return [found[case_id] for case_id in ids]


def take(
    population: Population, *, size: int, seed: str = "", by: Any, at: datetime
) -> tuple[AuditSample, bytes]:
    """Draw a sample, export it as a ZIP and keep what was drawn with the hash of the export.

    Every case drawn gets its row in the access log. Raises Refused without the right, for a period
    that ends before it begins, an empty population, and a size that is none.
    """
    actor = actor_for(by)
    if not actor.may(DRAWER):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if population.until_on < population.from_on:
        raise Refused(gettext("The period ends before it begins."))
    if not 1 <= size <= MOST:
        raise Refused(gettext("A sample holds 1 to %(most)s cases.") % {"most": MOST})
    chosen = seed.strip()[:LONGEST_SEED] or secrets.token_hex(16)
    with transaction.atomic():
        rows = cases_of(population, codes=actor.unit_codes, at=at)
        whole = rows.count()
        if not whole:
            raise Refused(gettext("No case fits; widen the period or the filters."))
        cases = draw(rows, seed=chosen, size=size)
        facts = population.as_facts(at)
        data = pack(cases, population=facts, population_size=whole, seed=chosen, by=by, at=at)
        sample = AuditSample.objects.create(
            taken_by=by,
            taken_at=at,
            population=facts,
            population_size=whole,
            size=len(cases),
            seed=chosen,
            case_numbers=[case.number for case in cases],
            export_sha256=hashlib.sha256(data).hexdigest(),
        )
        AccessEntry.objects.bulk_create(
            AccessEntry(case=case, what="sample", actor=by, level="staff", at=at) for case in cases
        )
    return sample, data


def sample_of_export(data: bytes) -> AuditSample | None:
    """Return the sample a file was exported for; None when a single bit of it was changed."""
    digest = hashlib.sha256(data).hexdigest()
    found: AuditSample | None = AuditSample.objects.filter(export_sha256=digest).first()
    return found
