"""Cases with several acts, circumstances and offenders of every kind, made by the real acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.journeys import World, acting, driver, silent_session
from violations import appearances, charges, sanctions
from violations.models import Party, PenaltyRule, Violation


def rule(article: str, clause: str, point: str, low: int, high: int, **columns: Any) -> PenaltyRule:
    """Make a row of the catalogue in force since 15/8/2026 for cars."""
    return PenaltyRule.objects.create(
        **{
            "code": f"T.{article}.{clause}.{point}.{columns.get('offender', '')}",
            "vehicle_group": "CAR",
            "vehicle_classes": ["car"],
            "article": article,
            "clause": clause,
            "point": point,
            "act_vi": f"Hành vi thử {article}.{clause}.{point}",
            "act_en": "Test act",
            "fine_min_vnd": low,
            "fine_max_vnd": high,
            "points": 0,
            "decree": "Nghị định số 168/2024/NĐ-CP",
            "source": "thử",
            "confidence": "high",
            "effective_from": date(2026, 8, 15),
        }
        | columns
    )


def phone() -> PenaltyRule:
    return rule("6", "5", "h", 4_000_000, 6_000_000, points=4)


def weaving(clause: str = "12", low: int = 40, months: tuple[int, int] = (10, 12)) -> PenaltyRule:
    return rule(
        "6", clause, "", low * 1_000_000, (low + 10) * 1_000_000,
        suspension_months_min=months[0], suspension_months_max=months[1],
    )  # fmt: skip


def fresh(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def later(case: Violation) -> datetime:
    return case.created_at + timedelta(hours=3)


def add(case: Violation, place: World, found: PenaltyRule, quantity: int | None = None) -> None:
    charges.add_act(
        case.pk, found.pk, note="ảnh 2, góc trái", quantity=quantity,
        by=acting(place.reviewer), at=later(case),
    )  # fmt: skip


def note(case: Violation, place: World, *grounds: str) -> None:
    for ground in grounds:
        charges.record_circumstance(
            case.pk, ground, proof="biên bản làm việc", by=acting(place.reviewer), at=later(case)
        )


def record_for(case: Violation, place: World, **particulars: Any) -> Violation:
    """Name an offender with these particulars and make the record."""
    at = case.created_at + timedelta(days=1)
    offender = driver(case)
    for name, value in particulars.items():
        setattr(offender, name, value)
    by = acting(place.reviewer)
    basis = particulars.get("basis") or Party.Basis.DROVE
    if offender.kind == Party.Kind.ORGANISATION:  # it does not drive
        basis = Party.Basis.UNCOOPERATIVE
    if basis == Party.Basis.UNCOOPERATIVE:
        silent_session(case, place, at=at - timedelta(hours=1))
    appearances.name_offender(case.pk, offender, proof="lời khai", basis=basis, by=by, at=at)
    sanctions.propose_record(case.pk, by=by, at=at)
    sanctions.sign_record(case.pk, by=acting(place.leader), at=at + timedelta(minutes=10))
    return fresh(case)
