"""Guards of the books: claims of payment, money taken back, and what may be opened again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


def decision_fines(case: Violation, by: Actor, at: datetime) -> str | None:
    """Money moves for a fine only; a warning owes nothing. Luật XLVPHC Đ22."""
    if not case.decision.is_warning:
        return None
    return gettext("The decision only warns; no money belongs to it.")


def owes_again(case: Violation, by: Actor, at: datetime) -> str | None:
    """A case is opened again only where money was taken back and is missing. Luật XLVPHC Đ78."""
    from violations.models import PaymentReversal

    if (
        case.beside.unpaid_fine_vnd > 0
        and PaymentReversal.objects.filter(payment__decision=case.decision).exists()
    ):
        return None
    return gettext("Nothing was taken back that is still owed.")


def was_served(case: Violation, by: Actor, at: datetime) -> str | None:
    """A decision that was received stands as received again. Luật XLVPHC Đ73."""
    if hasattr(case, "service"):
        return None
    return gettext("The decision was never recorded as received.")


def was_not_served(case: Violation, by: Actor, at: datetime) -> str | None:
    """A decision paid before it was received still has to be served. Luật XLVPHC Đ70."""
    if not hasattr(case, "service"):
        return None
    return gettext("The decision was already received.")


def no_claim_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """One claim at a time: the money of the first is still being looked for."""
    if not case.beside.claims_payment:
        return None
    return gettext("We are already looking for this payment.")


def a_claim_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only what was said is answered."""
    if case.beside.claims_payment:
        return None
    return gettext("Nobody says that this fine was paid.")
