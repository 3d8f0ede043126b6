"""What a case costs: the arithmetic of ``fines`` applied to its rule and its offender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from violations import fines, powers
from violations.models import Party, Violation


@dataclass(frozen=True)
class Price:
    """The fine of a case in đồng with the frame it lies in and every line of the arithmetic."""

    fine_vnd: int
    frame_min_vnd: int
    frame_max_vnd: int
    arithmetic: list[dict[str, Any]]


def price(case: Violation) -> Price:
    """Compute the fine of a case; nobody types an amount. NĐ 118/2021 Đ9

    The case must have its rule and its offender.
    """
    assert case.rule is not None
    offender = case.parties.get(role=Party.Role.OFFENDER)
    organisation = offender.kind == Party.Kind.ORGANISATION
    band = (
        fines.age_band(offender.born_on, case.occurred_on)
        if offender.born_on and not organisation
        else None
    )
    found = fines.assess(
        case.rule.fine_min_vnd,
        case.rule.fine_max_vnd,
        organisation=organisation,
        age_band=band,
    )
    return Price(
        fine_vnd=found.fine_vnd,
        frame_min_vnd=found.frame_min_vnd,
        frame_max_vnd=found.frame_max_vnd,
        arithmetic=[
            {"label_vi": step.label_vi, "label_en": step.label_en, "amount_vnd": step.amount}
            for step in found.steps
        ],
    )


def ceiling_of(title: str | None, on: date, case: Violation) -> int:
    """Return the ceiling in đồng that a title has over this case's offender on a day. Đ52"""
    offender = case.parties.get(role=Party.Role.OFFENDER)
    individual = powers.ceiling(title, on) if title else 0
    return individual * 2 if offender.kind == Party.Kind.ORGANISATION else individual
