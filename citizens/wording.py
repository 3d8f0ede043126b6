"""Plain words for citizens, in the reader's language: vehicles, plates, acts, papers."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, gettext_lazy

from notices.models import PaperKind
from violations.models import PenaltyRule, Violation

_ = gettext_lazy

VEHICLE_CLASSES = {
    "car": _("Car"),
    "bus": _("Coach or bus"),
    "truck": _("Lorry"),
    "tractor": _("Tractor"),
    "motorcycle": _("Motorcycle"),
    "moped": _("Moped"),
    "e_bike": _("Electric bicycle"),
    "bicycle": _("Bicycle"),
    "special": _("Special machine"),
    "unknown": _("Vehicle, class not stated"),
}

PLATE_COLOURS = {
    "white": _("white plate"),
    "yellow": _("yellow plate"),
    "blue": _("blue plate"),
    "red": _("red plate"),
    "unknown": _("plate colour unknown"),
}

# Short names of the acts, as people say them; the full wording of the law stands in the facts.
ACTS = {
    "red_light": _("Passing a red light"),
    "speed_over": _("Speeding"),
}

PAPERS = {
    PaperKind.NOTICE: _("Notice"),
    PaperKind.RECORD: _("Violation record"),
    PaperKind.DECISION: _("Penalty decision"),
    PaperKind.PAYMENT_CONFIRMATION: _("Payment confirmation"),
}


def short_act(case: Violation) -> str:
    """Return the act in two or three words."""
    return str(ACTS.get(case.violation_type, _("Traffic violation")))


def title_of(case: Violation) -> str:
    """Return what happened where, in a line: ``Vượt đèn đỏ tại nút giao Lê Lai – Trần Phú``."""
    return gettext("%(act)s at %(place)s") % {
        "act": short_act(case),
        "place": case.place.split(", ")[0],
    }


def act_of(rule: PenaltyRule) -> str:
    """Return the act as the catalogue words it, in the reader's language."""
    return rule.act_en if (get_language() or "vi").startswith("en") else rule.act_vi


def masked_name(name: str) -> str:
    """Return a name a payer can recognise and a stranger cannot learn: ``TRẦN V** H***``."""
    first, *others = name.upper().split() or [""]
    return " ".join([first, *(word[0] + "*" * (len(word) - 1) for word in others)])
