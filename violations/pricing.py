"""What a case costs: the arithmetic of ``fines`` applied to each of its acts and its offender.

Nobody types an amount. Acts and circumstances are rows of the case; what the law does not price
(a confiscation, a row of amounts for somebody else, a child) is refused with what to do instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from violations import competence, deadlines, fines, powers
from violations.beside import ChargedAct
from violations.guards import Refused
from violations.models import Party, PenaltyRule, Violation

# Whoever rides these needs no driving licence, so there are no points to take (NĐ 168/2024 Đ50).
WITHOUT_LICENCE = ("moped", "e_bike", "bicycle")


@dataclass(frozen=True)
class ActPrice:
    """The fine of one act in đồng, the frame it lies in, and every line of its arithmetic."""

    rule: PenaltyRule
    quantity: int | None
    fine_vnd: int
    frame_min_vnd: int
    frame_max_vnd: int
    arithmetic: list[dict[str, Any]]
    is_warning: bool


@dataclass(frozen=True)
class Price:
    """What a decision says: the fine of each act and their sum, a suspension, points to deduct.

    ``arithmetic`` holds every line of every act and, for several acts, their total. A decision is a
    warning when each of its acts is.
    """

    acts: tuple[ActPrice, ...]
    fine_vnd: int
    frame_min_vnd: int
    frame_max_vnd: int
    arithmetic: list[dict[str, Any]]
    suspension: fines.Suspension | None
    suspension_frame: tuple[int, int] | None
    points: int

    @property
    def is_warning(self) -> bool:
        """Tell whether nothing but a warning is decided (cảnh cáo)."""
        return all(act.is_warning for act in self.acts)


def price(case: Violation) -> Price:
    """Compute what a case costs, act by act. NĐ 118/2021 Đ9; Luật XLVPHC Đ3 k1 đ.d, Đ67

    The case must have its rule and its offender. Circumstances count for each act. Raises Refused
    where the law, or the file as it stands, gives no amount.
    """
    offender = case.parties.get(role=Party.Role.OFFENDER)
    band = _band(case, offender)
    acts = case.beside.acts
    rules = PenaltyRule.objects.in_bulk([act.rule_id for act in acts])
    priced = tuple(_price_act(case, act, rules[act.rule_id], offender, band) for act in acts)
    suspension, frame = _suspension(case, offender, band)
    return Price(
        acts=priced,
        fine_vnd=sum(act.fine_vnd for act in priced),
        frame_min_vnd=sum(act.frame_min_vnd for act in priced),
        frame_max_vnd=sum(act.frame_max_vnd for act in priced),
        arithmetic=_all_lines(priced),
        suspension=suspension,
        suspension_frame=frame,
        points=_points(case, offender, band, suspended=suspension is not None),
    )


def may_explain(case: Violation) -> bool:
    """Tell whether the person may explain: one act that reaches the threshold is enough. Đ61"""
    organisation = case.beside.offender_kind == Party.Kind.ORGANISATION
    return any(
        deadlines.has_right_to_explain(
            competence.individual_frame_max(act),
            organisation=organisation,
            suspension=bool(act.suspension_months_max),
        )
        for act in case.beside.acts
    )


def why_row_is_not_for(offender: str, kind: str) -> str | None:
    """Return why a rule's amounts are not for a person of this kind. NĐ 168/2024 Đ12, Đ32

    ``offender`` is the rule's ("" for anyone), ``kind`` a ``Party.Kind``.
    """
    if offender in ("", kind):
        return None
    if offender == PenaltyRule.Offender.ORGANISATION:
        return gettext(
            "The amounts of this row are an organisation's and the offender is an individual; "
            "choose the row of individuals (NĐ 168/2024 Đ12, Đ32)."
        )
    return gettext(
        "The amounts of this row are an individual's and the offender is an organisation; choose "
        "the row of organisations (NĐ 168/2024 Đ12, Đ32)."
    )


def _price_act(
    case: Violation,
    act: ChargedAct,
    rule: PenaltyRule,
    offender: Party,
    band: fines.AgeBand | None,
) -> ActPrice:
    found = _assess(case, act, rule, offender, band)
    return ActPrice(
        rule=rule,
        quantity=act.quantity,
        fine_vnd=found.fine_vnd,
        frame_min_vnd=found.frame_min_vnd,
        frame_max_vnd=found.frame_max_vnd,
        arithmetic=[
            {"label_vi": step.label_vi, "label_en": step.label_en, "amount_vnd": step.amount}
            for step in found.steps
        ],
        is_warning=found.warning,
    )


def _assess(
    case: Violation,
    act: ChargedAct,
    rule: PenaltyRule,
    offender: Party,
    band: fines.AgeBand | None,
) -> fines.Assessment:
    fault = why_row_is_not_for(act.offender, offender.kind)
    if fault is not None:
        raise Refused(f"{rule.short_citation}: {fault}")
    if act.sanction == PenaltyRule.Sanction.CONFISCATION:
        raise Refused(
            gettext(
                "%(act)s is sanctioned by confiscation, which the portal does not decide; take the "
                "case out and handle it by hand (Luật XLVPHC Đ26)."
            )
            % {"act": rule.short_citation}
        )
    if act.sanction == PenaltyRule.Sanction.WARNING:
        return fines.warn()
    if act.is_per_person and not act.quantity:
        raise Refused(
            gettext(
                "%(act)s is fined for each person above the limit; write down how many there were "
                "(NĐ 168/2024 Đ45 k3)."
            )
            % {"act": rule.short_citation}
        )
    return fines.assess(
        act.fine_min_vnd,
        act.fine_max_vnd,
        case.beside.mitigating,
        case.beside.aggravating,
        organisation=offender.kind == Party.Kind.ORGANISATION,
        printed=act.offender == PenaltyRule.Offender.ORGANISATION,
        persons=act.quantity if act.is_per_person else None,
        cap=act.cap_vnd,
        age_band=band,
    )


def _band(case: Violation, offender: Party) -> fines.AgeBand | None:
    """Return the offender's age band on the day of the act; None for an organisation.

    Raises Refused for a child, and from 14 to under 16 until an officer has found, and grounded,
    that the act was intentional. Luật XLVPHC Đ5 k1 đ.a, Đ65
    """
    if offender.kind == Party.Kind.ORGANISATION or offender.born_on is None:
        return None
    band = fines.age_band(offender.born_on, case.occurred_on)
    if band is fines.AgeBand.UNDER_14:
        raise Refused(
            gettext(
                "The offender was under 14 on the day of the act and is not sanctioned (Đ5 k1); "
                "end the case without a sanction (Đ65 Luật XLVPHC)."
            )
        )
    if band is fines.AgeBand.FROM_14 and not offender.intent_finding:
        raise Refused(
            gettext(
                "From 14 to under 16 only an intentional act is sanctioned, by a warning (Đ5 k1, "
                "Đ135). Record the finding that it was intentional, or end the case without a "
                "sanction (Đ65 Luật XLVPHC)."
            )
        )
    return band


def _suspension(
    case: Violation, offender: Party, band: fines.AgeBand | None
) -> tuple[fines.Suspension | None, tuple[int, int] | None]:
    """Return the suspension and its frame: of several acts the longest frame governs."""
    frame = fines.longest_frame(
        (act.suspension_months_min or 0, act.suspension_months_max)
        for act in case.beside.acts
        if act.suspension_months_max
    )
    if frame is None or offender.kind == Party.Kind.ORGANISATION:
        return None, None
    beside = case.beside
    found = fines.assess_suspension(*frame, beside.mitigating, beside.aggravating, age_band=band)
    return found, frame if found else None


def _points(
    case: Violation, offender: Party, band: fines.AgeBand | None, *, suspended: bool
) -> int:
    """Return the points to take: the highest act's, and none where the law or the file forbids.

    From an owner who does not say who drove they go only where an officer has found so, with a
    reason: the text does not exclude it, but it is contestable. NĐ 168/2024 Đ47 k8b, Đ50
    """
    if case.vehicle_class in WITHOUT_LICENCE or band is fines.AgeBand.FROM_14:
        return 0
    if offender.basis == Party.Basis.UNCOOPERATIVE and not offender.points_finding:
        return 0
    return fines.points_to_deduct(
        (act.points for act in case.beside.acts),
        organisation=offender.kind == Party.Kind.ORGANISATION,
        suspended=suspended,
    )


def _all_lines(acts: tuple[ActPrice, ...]) -> list[dict[str, Any]]:
    if len(acts) == 1:
        return acts[0].arithmetic
    lines: list[dict[str, Any]] = []
    for number, act in enumerate(acts, start=1):
        lines += [_numbered(line, number) for line in act.arithmetic]
        lines.append(
            {
                "label_vi": f"Hành vi {number} ({act.rule.short_citation}): mức phạt",
                "label_en": f"Act {number} ({act.rule.short_citation}): fine",
                "amount_vnd": act.fine_vnd,
            }
        )
    total = sum(act.fine_vnd for act in acts)
    lines.append({"label_vi": "Tổng mức phạt", "label_en": "Total fine", "amount_vnd": total})
    return lines


def _numbered(line: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "label_vi": f"Hành vi {number}: {line['label_vi']}",
        "label_en": f"Act {number}: {line['label_en']}",
        "amount_vnd": line["amount_vnd"],
    }


def ceiling_of(title: str | None, on: date, case: Violation) -> int:
    """Return the ceiling in đồng that a title has over this case's offender on a day. Đ52"""
    organisation = case.beside.offender_kind == Party.Kind.ORGANISATION
    return powers.ceiling(title, on, organisation=organisation) if title else 0
