"""The workbench: the next work of this person first, then what falls due, then the ways further."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from violations.admin import words
from violations.admin.access import opens_with
from violations.admin.home_todo import grouped, todo
from violations.admin.navigation import (
    MOST,
    staff_page,
    waiting_for_approval,
    waiting_for_print,
    waiting_for_review,
    waiting_for_signature,
)
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import CaseDeadline, ReviewDecision


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
        "todo": sorted(todo(user, at), key=lambda row: (row["days"] is None, row["days"])),
        "queues": _queues(user, at),
        "shift": _shift(user, at),
        "places": list(_works(user, at))[1:],
        "columns": _data(user),
        "today": today,
        "may_search": user.has_perm("violations.view_violation"),
    }
    return staff_page(request, "violations/home.html", context)


def _works(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield the workplaces of this person with what waits there, the most urgent kind first."""
    if user.has_perm("violations.sign_papers"):
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
            "admin:citizens_user_changelist",
            None,
            gettext("Accounts, units, titles. No rights on cases."),
        )


def _work(
    icon: str, title: str, button: str, address: str, count: int | None, text: str
) -> dict[str, Any]:
    try:
        url = reverse(address)
    except NoReverseMatch:
        url = ""
    return {
        "icon": icon,
        "title": title,
        "button": button,
        "url": url,
        "count": count,
        "text": text % {"count": grouped(count)} if count is not None else text,
    }


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
            CaseDeadline.objects.filter(
                name="notice_due",
                met_on__isnull=True,
                case__in=waiting_for_review(user).filter(violation_type=kind),
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


DATA = (
    ("Cases", ("violations_violation", "violations_caseevent", "violations_draft")),
    ("Papers", ("notices_notice", "notices_printrun", "notices_paperevent")),
    ("Money", ("violations_payment", "violations_ledgertransaction", "citizens_paymentattempt")),
    (
        "Reference",
        (
            "violations_penaltyrule",
            "violations_beneficiary",
            "notices_calendarday",
            "notices_calendaryear",
        ),
    ),
    (
        "Cameras",
        (
            "cameras_device",
            "cameras_devicealarm",
            "cameras_detection",
            "cameras_delivery",
            "cameras_custodyevent",
            "cameras_legalhold",
            "cameras_retentionrule",
            "cameras_disposal",
        ),
    ),
    (
        "System",
        ("citizens_user", "violations_officer", "violations_accessentry", "cameras_unit"),
    ),
)


def _data(user: Any) -> list[dict[str, Any]]:
    """Return the data lists this person may read, in columns."""
    titles = {
        "Cases": gettext("Cases"),
        "Papers": gettext("Papers"),
        "Money": gettext("Money"),
        "Reference": gettext("Law, calendar, accounts"),
        "Cameras": gettext("Cameras"),
        "System": gettext("People and units"),
    }
    columns = []
    for title, models in DATA:
        links = []
        for name in models:
            app, _, model = name.partition("_")
            if not user.has_perm(f"{app}.view_{model}"):
                continue
            try:
                url = reverse(f"admin:{name}_changelist")
            except NoReverseMatch:
                continue
            label = apps.get_model(app, model)._meta.verbose_name_plural
            links.append({"label": str(label).capitalize(), "url": url})
        if links:
            columns.append({"title": titles[title], "links": links})
    return columns
