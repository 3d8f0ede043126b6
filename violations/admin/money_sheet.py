"""The arithmetic of a case as its page shows it: every line of every act, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from violations import payments, pricing
from violations.circumstances import GROUNDS
from violations.guards import Refused
from violations.models import Party, Violation


def money(case: Violation, today: date) -> dict[str, Any] | None:
    """Return the arithmetic: of the decision with what was paid, or what a decision would say.

    None while the case has no rule; ``refusals`` where the law or the file gives no amount.
    """
    if case.rule is None:
        return None
    decision = getattr(case, "decision", None)
    if decision is not None:
        due = payments.amount_due(decision, on=case.paid_on or today)
        return {
            "acts": [
                _act(act.rule.short_citation, act.quantity, act.arithmetic, act.fine_vnd)
                for act in decision.acts.select_related("rule")
            ],
            "lines": lines_of(decision.arithmetic),
            "fine_vnd": decision.fine_vnd,
            "is_warning": decision.is_warning,
            "suspension": _length(decision.suspension_months, decision.suspension_days),
            "points": decision.points,
            "late_charge_vnd": due.late_charge_vnd,
            "late_lines": payments.late_charge_lines(decision, case.paid_on or today),
            "adjusted_vnd": due.fine_vnd - decision.fine_vnd,
            "reliefs": list(case.reliefs.prefetch_related("instalments")),
            "changes": list(case.changes.filter(changed_on__isnull=False)),
            "paid_vnd": due.paid_fine_vnd + due.paid_late_charge_vnd,
            "remaining_vnd": due.remaining_vnd,
            "is_decided": True,
        }
    circumstances = _circumstances(case)
    if not case.parties.filter(role=Party.Role.OFFENDER).exists():
        return {
            "frames": _frames(case),
            "frame_min_vnd": case.rule.fine_min_vnd,
            "frame_max_vnd": case.rule.fine_max_vnd,
            "circumstances": circumstances,
            "is_decided": False,
        }
    try:
        price = pricing.price(case)
    except Refused as refusal:
        return {
            "refusals": refusal.sentences,
            "circumstances": circumstances,
            "is_decided": False,
        }
    suspension = price.suspension
    return {
        "acts": [
            _act(act.rule.short_citation, act.quantity, act.arithmetic, act.fine_vnd)
            for act in price.acts
        ],
        "lines": lines_of(price.arithmetic),
        "fine_vnd": price.fine_vnd,
        "is_warning": price.is_warning,
        "suspension": _length(suspension.months, suspension.days) if suspension else "",
        "suspension_frame": price.suspension_frame,
        "points": price.points,
        "circumstances": circumstances,
        "is_decided": False,
    }


def words_of(ground: str) -> str:
    """Name a ground in the reader's language, with its article."""
    known = GROUNDS[ground]
    words = known.words_en if _in_english() else known.words_vi
    return f"{words} ({known.article})"


def _act(
    citation: str, quantity: int | None, arithmetic: list[Mapping[str, Any]], fine_vnd: int
) -> dict[str, Any]:
    return {
        "citation": citation,
        "quantity": quantity,
        "lines": lines_of(arithmetic),
        "fine_vnd": fine_vnd,
    }


def _frames(case: Violation) -> list[tuple[str, int, int]]:
    """Return each act with its frame as the law prints it, before the offender is known."""
    return [
        ("Đ" + act.provision.replace(".", " k", 1).replace(".", " điểm ", 1),
         act.fine_min_vnd, act.fine_max_vnd)
        for act in case.beside.acts
    ]  # fmt: skip


def _circumstances(case: Violation) -> list[dict[str, str]]:
    rows = case.circumstances.filter(withdrawn_at__isnull=True)
    return [
        {"kind": row.get_kind_display(), "words": words_of(row.ground), "proof": row.proof}
        for row in rows
    ]


def _length(months: int, days: int) -> str:
    """Say how long a licence is suspended; nothing for no suspension."""
    if not months and not days:
        return ""
    text = ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    if days:
        text = gettext("%(months)s and %(days)d days") % {"months": text, "days": days}
    return text


def lines_of(arithmetic: list[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Return each step of a computation in the reader's language, with its sum in đồng."""
    label = "label_en" if _in_english() else "label_vi"
    return [(line[label], line["amount_vnd"]) for line in arithmetic]


def _in_english() -> bool:
    return (get_language() or "vi").startswith("en")
