"""The workbench: the next work of this person first, then what falls due, then the ways further."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from notices import signing_keys
from notices.models import SigningKey
from violations import emergency, recovery
from violations.admin import words
from violations.admin.access import opens_with, own_clocks
from violations.admin.data_lists import readable
from violations.admin.home_sessions import sessions
from violations.admin.home_todo import grouped, todo
from violations.admin.navigation import (
    MOST,
    claims_to_answer,
    recoveries_to_approve,
    refunds_to_approve,
    staff_page,
    waiting_for_approval,
    waiting_for_print,
    waiting_for_review,
    waiting_for_signature,
    waiting_to_settle,
)
from violations.answers_above import answers_waiting
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import ReviewDecision, SigningBatch, Violation


@require_GET
@opens_with()
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this member of staff."""
    at = timezone.now()
    user = request.user
    today = day_in_viet_nam(at)
    context = {
        "title": gettext("Workbench"),
        "at": at,
        "unit": getattr(getattr(user, "officer", None), "unit", None),
        "next_work": next(_works(user, at), None),
        "todo": sorted(
            chain(sessions(user, at), todo(user, at)),
            key=lambda row: (row["days"] is None, row["days"]),
        ),
        "queues": _queues(user, at),
        "shift": _shift(user, at),
        "places": list(_works(user, at))[1:],
        "columns": readable(user),
        "today": today,
        "restored": recovery.told_to(user, at),
        "emergencies": emergency.to_note(user)[:5],
        "ending_keys": _ending_keys(user, at),
        "may_search": user.has_perm("violations.view_violation"),
    }
    return staff_page(request, "violations/home.html", context)


def _works(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield the workplaces of this person with what waits there, the most urgent kind first."""
    if user.has_perm("violations.sign_papers"):
        batch = SigningBatch.objects.filter(
            leader__user=user, state=SigningBatch.State.OPEN
        ).first()
        if batch is not None:
            yield _work(
                "folder",
                gettext("Batch %(number)s is open") % {"number": batch.number},
                gettext("Go on with the batch"),
                "violations:signing_batch",
                None,
                gettext("Its papers wait for one signature."),
                batch.number,
            )
        count = waiting_for_signature(user)[:MOST].count()
        yield _work(
            "pencil",
            gettext("Sign papers"),
            gettext("Sign"),
            "violations:signing",
            count,
            gettext("%(count)s drafts wait for your signature."),
        )
    if user.has_perm("violations.review_case"):
        count = waiting_for_review(user)[:MOST].count()
        yield _work(
            "eye",
            gettext("Review detections"),
            gettext("Review next"),
            "violations:review",
            count,
            gettext("%(count)s cases wait for review."),
        )
    if user.has_perm("citizens.view_submission"):
        yield _work(
            "speech",
            gettext("What people send"),
            gettext("Open the list"),
            "submissions:waiting",
            answers_waiting(user)[:MOST].count(),
            gettext("%(count)s answers of people wait."),
        )
    if user.has_perm("violations.adjudicate_case"):
        count = waiting_to_settle(user)[:MOST].count()
        yield _work(
            "scales",
            gettext("Settle disagreements"),
            gettext("Open the list"),
            "violations:adjudications",
            count,
            gettext("%(count)s disagreements wait for a third person."),
        )
    if user.has_perm("violations.supervise_queue"):
        yield _work(
            "eye",
            gettext("Quality of the review"),
            gettext("Open the figures"),
            "violations:quality",
            None,
            gettext("Agreement of two looks, accuracy, and what is looked at again."),
        )
    if user.has_perm("notices.print_notice"):
        count = waiting_for_print(user)[:MOST].count()
        yield _work(
            "printer",
            gettext("Print and post"),
            gettext("Open the post room"),
            "violations:post_room",
            count,
            gettext("%(count)s papers wait to be printed."),
        )
    if user.has_perm("violations.handle_money"):
        yield _work(
            "bank",
            gettext("Reconciliation"),
            gettext("Open the desk"),
            "desk:lines",
            claims_to_answer(user)[:MOST].count(),
            gettext("%(count)s people say they have paid; lines of statements are matched here."),
        )
    if user.has_perm("violations.approve_money"):
        yield _work(
            "card",
            gettext("Refunds"),
            gettext("Open the list"),
            "desk:refunds",
            refunds_to_approve(user)[:MOST].count(),
            gettext("%(count)s refunds wait for your approval."),
        )
    if user.has_perm("cameras.release_detection"):
        yield _work(
            "camera",
            gettext("Held detections"),
            gettext("Open the list"),
            "admin:cameras_detection_changelist",
            None,
            gettext("Held detections wait for a technician who names a ground."),
        )
    if user.has_perm("violations.view_recall"):
        yield _work(
            "undo",
            gettext("Recalls of cameras"),
            gettext("Open the console"),
            "violations:recalls",
            waiting_for_approval(user)[:MOST].count(),
            gettext("%(count)s recalls await approval."),
        )
    if user.has_perm("violations.view_accessentry"):
        yield _work(
            "eye",
            gettext("Check the access log"),
            gettext("Open the log"),
            "admin:violations_accessentry_changelist",
            None,
            gettext("Who looked at which case, picture and paper."),
        )
    if user.has_perm("citizens.add_user"):
        yield _work(
            "users",
            gettext("Staff and their roles"),
            gettext("Open the list"),
            "violations:people",
            None,
            gettext("Accounts, units, titles. No rights on cases."),
        )
    if user.has_perm("violations.approve_recovery"):
        count = recoveries_to_approve(user).count()
        yield _work(
            "key",
            gettext("Lost authenticators"),
            gettext("Open the list"),
            "violations:recoveries",
            count,
            gettext("%(count)s requests wait for a second person."),
        )
    if user.has_perm("violations.draw_sample"):
        yield _work(
            "chart",
            gettext("Random sample of cases"),
            gettext("Draw a sample"),
            "violations:audit",
            None,
            gettext("Reproducible by its seed, with the hash of the export."),
        )
    if any(user.has_perm(name) for name in (emergency.OPENER, *emergency.READERS)):
        yield _work(
            "warning",
            gettext("Emergency access"),
            gettext("Open the page"),
            "violations:emergency",
            None,
            gettext("Another unit's cases, read for an hour at most, with an alarm."),
        )


def _ending_keys(user: Any, at: datetime) -> list[SigningKey]:
    """Return the keys that expire within 30 days, for those who look after keys."""
    if not user.has_perm("citizens.add_user") or not user.has_perm("notices.view_signingkey"):
        return []
    return signing_keys.near_their_end(at=at)[:5]


def _work(
    icon: str, title: str, button: str, address: str, count: int | None, text: str, *where: str
) -> dict[str, Any]:
    try:
        url = reverse(address, args=where)
    except NoReverseMatch:
        url = ""
    return {
        "icon": icon,
        "title": title,
        "button": button,
        "url": url,
        "count": count,
        "text": text % {"count": _counted(count)} if count is not None else text,
    }


def _counted(count: int) -> str:
    """Write a count; one that went no further says so."""
    return grouped(count) + ("+" if count >= MOST else "")


def _queues(user: Any, at: datetime) -> list[dict[str, Any]]:
    """Return the review queues: how many wait, since when, and how much of the time is used."""
    if not user.has_perm("violations.review_case"):
        return []
    today = day_in_viet_nam(at)
    rows = []
    counted = {
        figures["violation_type"]: figures
        for figures in waiting_for_review(user)
        .order_by()
        .values("violation_type")
        .annotate(count=Count("pk"), oldest=Min("created_at"))
    }
    for kind in words.KINDS:
        figures = counted.get(kind)
        if figures is None:
            continue
        clock = (
            own_clocks(user)
            .filter(
                name="notice_due",
                case__status=Violation.Status.DETECTED,
                case__violation_type=kind,
            )
            .order_by("due_on")
            .first()
        )
        used = 0
        if clock is not None:
            whole = max(1, (clock.due_on - clock.starts_on).days)
            used = min(100, max(0, 100 * (today - clock.starts_on).days // whole))
        rows.append(
            {
                "kind": kind,
                "label": words.kind(kind),
                "count": figures["count"],
                "age": words.age(int((at - figures["oldest"]).total_seconds() // 3600)),
                "due_on": clock.due_on if clock else None,
                "days": (clock.due_on - today).days if clock else None,
                "used": used,
            }
        )
    return rows


def _shift(user: Any, at: datetime) -> dict[str, int] | None:
    """Return this reviewer's own figures of today; nobody else sees them here."""
    officer = getattr(user, "officer", None)
    if officer is None or not user.has_perm("violations.review_case"):
        return None
    midnight = at.astimezone(VIET_NAM).replace(hour=0, minute=0, second=0, microsecond=0)
    figures: dict[str, int] = ReviewDecision.objects.filter(
        officer=officer, decided_at__gte=midnight
    ).aggregate(
        verified=Count("pk", filter=Q(choice="verify", state__in=["pending", "final"])),
        rejected=Count("pk", filter=Q(choice="reject", state__in=["pending", "final"])),
        undone=Count("pk", filter=Q(state="undone")),
    )
    return figures
