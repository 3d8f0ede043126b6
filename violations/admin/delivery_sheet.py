"""How the papers of a case reach the person, as its pages show it. Reads; changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from notices.deliveries import ELECTRONIC, IN_PERSON, POSTED_KINDS
from notices.delivery_history import history_of
from notices.models import Notice, PaperDelivery
from violations import papers
from violations.actors import Actor
from violations.models import Violation
from violations.next_routes import NextRoute, next_routes
from violations.workflow import STEPS, obstacles

LOOKS = {
    "waiting": ("info", "diamond-hollow"),
    "printing": ("info", "diamond-hollow"),
    "sent": ("info", "diamond-hollow"),
    "delivered": ("ok", "tick"),
    "opened": ("ok", "tick"),
    "refused": ("warn", "triangle"),
    "returned": ("bad", "triangle"),
    "failed": ("bad", "triangle"),
    "called_off": ("info", "diamond-hollow"),
}


def label_of(row: PaperDelivery) -> str:
    """Return how an attempt stands, in words that fit its way: only a letter is returned."""
    if row.state == PaperDelivery.State.SENT and row.route == PaperDelivery.Route.ACCOUNT:
        return gettext("in the inbox, not opened yet")
    if row.state == PaperDelivery.State.SENT and row.route in ELECTRONIC:
        return gettext("sent: it says that a paper waits")
    if row.state == PaperDelivery.State.RETURNED and row.route in IN_PERSON:
        return gettext("Could not be handed over")
    if row.state == PaperDelivery.State.DELIVERED and row.route == PaperDelivery.Route.POSTING:
        return gettext("Posted up")
    return str(row.get_state_display())


def deliveries(case: Violation, by: Actor | None, at: datetime) -> list[dict[str, Any]]:
    """Return each paper the person must receive, newest first: attempts, history, next routes.

    ``by`` is who reads the case page; without one no next route is offered.
    """
    may_begin = by is not None and not list(obstacles(STEPS["begin_delivery"], case, by, at))
    found = papers.papers_of(case).filter(kind__in=POSTED_KINDS).order_by("-issued_at")
    return [_paper(paper, may_begin=may_begin) for paper in found]


def proposed(paper: Notice) -> list[NextRoute]:
    """Return the next routes of a paper: by its last attempt, none while one is open."""
    every = list(paper.deliveries.order_by("begun_at", "pk"))
    # Once a letter has begun, it alone leads on; what was sent may still be opened meanwhile.
    attempts = [row for row in every if row.route not in ELECTRONIC] or every
    holds = paper.voided_at is None and not hasattr(paper, "superseded_by")
    if not attempts or not holds or any(row.state in PaperDelivery.OPEN for row in attempts):
        return []
    returned = sum(row.route == "post" and row.state == "returned" for row in attempts)
    last = attempts[-1]
    return next_routes(
        last.state,
        reason=last.reason,
        returned=returned,
        is_notice=paper.kind == "TB0173",
    )


def leading(attempts: list[PaperDelivery]) -> PaperDelivery | None:
    """Return the attempt that says where a paper stands, of all of them, the newest first.

    What was received, else the letter, else the inbox before the notes that only tell of it.
    """
    order = {"account": 1, "email": 2, "sms": 3}
    ranked = sorted(
        attempts,
        key=lambda row: (row.state not in ("opened", "delivered"), order.get(row.route, 0)),
    )
    return ranked[0] if ranked else None


def _in_order(attempts: list[PaperDelivery]) -> list[PaperDelivery]:
    """Return the electronic attempts first, the inbox before its notes, then the others in time."""
    order = {"account": 0, "email": 1, "sms": 2}
    return sorted(attempts, key=lambda row: (order.get(row.route, 3), row.begun_at))


def _paper(paper: Notice, *, may_begin: bool) -> dict[str, Any]:
    attempts = list(paper.deliveries.order_by("-begun_at", "-pk"))
    last = leading(attempts)
    tone, shape = LOOKS[last.state] if last else ("info", "diamond-hollow")
    return {
        "paper": paper,
        "last": last,
        "last_words": label_of(last) if last else "",
        "ways": [{"row": row, "words": label_of(row)} for row in _in_order(attempts)],
        "tone": tone,
        "shape": shape,
        "history": list(reversed(history_of(paper))),
        "routes": proposed(paper),
        "may_begin": may_begin,
        "open": [
            row
            for row in paper.deliveries.filter(state=PaperDelivery.State.WAITING)
            if row.route in IN_PERSON
        ]
        if may_begin
        else [],
    }
