"""What falls due at each stage, and what came back: the list on the workbench."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext

from notices import reprints
from notices.models import Notice, PaperDelivery
from violations import board_figures
from violations.admin import agency_sheet, words
from violations.admin.access import own_cases, own_clocks, within_units
from violations.guards import day_in_viet_nam
from violations.models import (
    AgencyMessage,
    CameraPause,
    Draft,
    PendingMeasure,
    ReviewDecision,
)
from violations.outcomes_in_person import open_deliveries

# What a status waits for from us: status, clock that runs, words, right that does it.
DUTIES = (
    ("owner_identified", "notice_due", "violations.propose_papers"),
    ("notified", "record_due", "violations.propose_papers"),
    ("recorded", "decision_due", "violations.propose_papers"),
    ("decided", "service_due", "violations.record_service"),
)


def todo(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield what falls due at each stage: how many, the nearest day, and where the list is."""
    today = day_in_viet_nam(at)
    cases = own_cases(user)
    base = reverse("admin:violations_violation_changelist")
    titles = _duty_words()
    for status, clock, permission in DUTIES:
        if not user.has_perm(permission):
            continue
        running = (
            own_clocks(user)
            .filter(name=clock, case__in=cases.filter(status=status))
            .aggregate(count=Count("*"), nearest=Min("due_on"))
        )
        if running["count"]:
            yield {
                "days": (days := (running["nearest"] - today).days),
                "label": _left(days),
                "title": titles[status] % {"count": grouped(running["count"])},
                "text": words.clock(clock),
                "url": f"{base}?status={status}",
                "button": gettext("Open"),
            }
    if user.has_perm("violations.confirm_measure"):
        yield from _confirmations(user)
    if user.has_perm("violations.record_service"):
        yield from _in_person(user)
    if user.has_perm("violations.supervise_queue"):
        yield from _supervision(user, at)
    yield from _setbacks(user, at)


def _confirmations(user: Any) -> Iterator[dict[str, Any]]:
    """Yield one line when charges or warnings wait for an officer's word."""
    waiting = within_units(
        PendingMeasure.objects.filter(state=PendingMeasure.State.WAITING),
        user,
        "case__unit__code",
    )
    count = waiting.count()
    if count:
        yield _setback(
            gettext("%(count)s charges or warnings wait for confirmation")
            % {"count": grouped(count)},
            gettext("Nothing goes out before an officer confirms."),
            reverse("violations:confirmations"),
        )


def _in_person(user: Any) -> Iterator[dict[str, Any]]:
    """Yield one line when papers are carried to people and nobody has said what came of it."""
    waiting = open_deliveries(within_units(PaperDelivery.objects.all(), user, "unit_code"))
    count = waiting.count()
    if count:
        yield _setback(
            gettext("%(count)s deliveries in person wait for their outcome")
            % {"count": grouped(count)},
            gettext("By hand, by the commune police, or posted up."),
            reverse("violations:deliveries"),
        )


def _supervision(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield what a supervisor decides today: clocks that end by tomorrow, pauses to look at."""
    today = day_in_viet_nam(at)
    board = reverse("violations:board")
    due = board_figures.due_by(own_clocks(user), today + timedelta(days=1)).clocks
    if due:
        yield {
            "days": (days := (due[0]["nearest"] - today).days),
            "label": _left(days),
            "title": gettext("%(count)s deadlines end by tomorrow or are late")
            % {"count": grouped(sum(row["count"] for row in due))},
            "text": gettext("The board shows them by deadline."),
            "url": board,
            "button": gettext("Open"),
        }
    copies = within_units(reprints.at_the_limit(), user, "run__unit_code").count()
    if copies:
        yield _setback(
            gettext("%(count)s letters may be printed again only with your word")
            % {"count": grouped(copies)},
            gettext("A clerk has printed each of them as often as a clerk may."),
            reverse("violations:post_reprints"),
        )
    pauses = within_units(
        CameraPause.objects.filter(resumed_at__isnull=True, review_at__lte=at),
        user,
        "device__site__unit__code",
    )
    for pause in pauses.select_related("device").order_by("review_at")[:5]:
        yield _setback(
            gettext("Look again at the paused camera %(code)s") % {"code": pause.device.code},
            pause.reason,
            board,
        )


def _setbacks(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield what came back: returned drafts, verdicts that were refused, PDFs that failed."""
    officer = getattr(user, "officer", None)
    if officer is not None and user.has_perm("violations.propose_papers"):
        returned = Draft.objects.filter(
            proposed_by=officer, state=Draft.State.RETURNED, settled_at__gte=at - timedelta(days=7)
        ).exclude(case__drafts__state=Draft.State.PROPOSED)
        for draft in returned.select_related("case")[:5]:
            yield _setback(
                gettext("Returned: %(paper)s") % {"paper": draft.get_kind_display()},
                draft.return_reason,
                reverse("violations:case", args=[draft.case.number]),
            )
    if officer is not None and user.has_perm("violations.review_case"):
        refused = ReviewDecision.objects.filter(
            officer=officer,
            state=ReviewDecision.State.REFUSED,
            decided_at__gte=at - timedelta(days=1),
            case__status="detected",
        )
        for review in refused.select_related("case")[:5]:
            yield _setback(
                gettext("Your verdict on %(number)s did not take effect")
                % {"number": review.case.number},
                review.refusal,
                reverse("violations:case", args=[review.case.number]),
            )
    if user.has_perm("notices.print_notice"):
        failed = within_units(
            Notice.objects.filter(rendering=Notice.Rendering.FAILED), user, "unit_code"
        )
        for paper in failed[:5]:
            yield _setback(
                gettext("The PDF of %(number)s cannot be made") % {"number": paper.number_text},
                paper.render_fault,
                reverse("violations:post_room"),
            )
        yield from _papers_that_wait(user)
    yield from _stuck_messages(user)


def _papers_that_wait(user: Any) -> Iterator[dict[str, Any]]:
    """Yield one line when papers wait for what does not answer: a token, a time-stamp service."""
    waiting = within_units(
        Notice.objects.filter(rendering=Notice.Rendering.PENDING, render_attempts__gte=1),
        user,
        "unit_code",
    ).exclude(render_fault="")
    count = waiting.count()
    if count:
        yield _setback(
            gettext("%(count)s papers wait to be sealed") % {"count": grouped(count)},
            waiting.order_by("issued_at")[0].render_fault,
            reverse("violations:post_room"),
        )


def _stuck_messages(user: Any) -> Iterator[dict[str, Any]]:
    """Yield one line when messages to other agencies are stuck, for whoever may send them again."""
    if not user.has_perm("violations.manage_outbox"):
        return
    stuck = within_units(
        AgencyMessage.objects.filter(state=AgencyMessage.State.STUCK), user, "case__unit__code"
    )
    count = stuck.count()
    if count:
        yield _setback(
            gettext("%(count)s messages to other agencies are stuck") % {"count": grouped(count)},
            agency_sheet.fault(stuck.first().fault),
            reverse("admin:violations_agencymessage_changelist") + "?state=stuck",
        )


def _setback(title: str, text: str, url: str) -> dict[str, Any]:
    return {"days": None, "title": title, "text": text, "url": url, "button": gettext("Open")}


def _duty_words() -> dict[str, str]:
    return {
        "owner_identified": gettext("%(count)s cases need a notice"),
        "notified": gettext("%(count)s cases need a record"),
        "recorded": gettext("%(count)s cases need a decision"),
        "decided": gettext("%(count)s decisions are not yet received"),
    }


def grouped(count: int) -> str:
    """Group digits by threes with dots, as Vietnamese numbers are written."""
    return f"{count:,}".replace(",", ".")


def _left(days: int) -> str:
    if days == 0:
        return gettext("today")
    if days < 0:
        return gettext("%(days)s days late") % {"days": -days}
    return gettext("%(days)s days left") % {"days": days}
