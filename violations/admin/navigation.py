"""The tabs of the staff header, and the frame every officers' page is drawn in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from cameras.models import DeviceAlarm
from notices import printing
from notices.models import PaperDelivery
from violations import emergency
from violations.admin.access import own_cases, within_units
from violations.admin.data_lists import readable
from violations.answers_above import answers_waiting
from violations.models import (
    Draft,
    FactorRecovery,
    PaymentClaim,
    PendingMeasure,
    Recall,
    Refund,
    SecondLook,
    Violation,
)
from violations.outcomes_in_person import open_deliveries
from violations.workflow import STEPS

MOST_OPEN = 16  # lists the rail shows without being asked
MOST = 1_000  # a count in a tab never scans more rows than this; beyond it stands a plus


@dataclass(frozen=True)
class Workplace:
    """One tab: who sees it, where it leads, and what waits there."""

    label: str
    address: str
    permission: str
    waiting: Callable[[Any], QuerySet[Any]] | None = None


def waiting_for_review(user: Any) -> QuerySet[Violation]:
    """Return the cases that wait for a first look."""
    return own_cases(user).filter(status=Violation.Status.DETECTED)


def waiting_for_signature(user: Any) -> QuerySet[Draft]:
    """Return the drafts of the user's units, but not those the user proposed or verified."""
    drafts = within_units(
        Draft.objects.filter(state=Draft.State.PROPOSED), user, "case__unit__code"
    )
    officer = getattr(user, "officer", None)
    if officer is None:
        return drafts.none()
    return drafts.exclude(proposed_by=officer).exclude(case__verified_by=officer)


def waiting_to_settle(user: Any) -> QuerySet[SecondLook]:
    """Return the disagreements this person may settle: of his units, and none of his own."""
    looks = within_units(
        SecondLook.objects.filter(
            agrees=False,
            adjudicated_at__isnull=True,
            case__status__in=STEPS["adjudicate"].origins,
        ),
        user,
        "case__unit__code",
    )
    officer = getattr(user, "officer", None)
    if officer is None:
        return looks.none()
    return (
        looks.exclude(looked_by=officer)
        .exclude(first_review__officer=officer)
        .exclude(case__verified_by=officer)
        .exclude(case__signed_by=officer)
    )


def waiting_for_confirmation(user: Any) -> QuerySet[PendingMeasure]:
    """Return the charges and warnings of the user's units that wait for an officer's word."""
    return within_units(
        PendingMeasure.objects.filter(state=PendingMeasure.State.WAITING),
        user,
        "case__unit__code",
    )


def deliveries_in_person(user: Any) -> QuerySet[PaperDelivery]:
    """Return the deliveries of the user's units that somebody carries, without an outcome yet."""
    return open_deliveries(within_units(PaperDelivery.objects.all(), user, "unit_code"))


def waiting_for_print(user: Any) -> QuerySet[PaperDelivery]:
    """Return the letters whose paper is finished and which are in no print run yet."""
    return printing.waiting(within_units(PaperDelivery.objects.all(), user, "unit_code"))


def waiting_for_approval(user: Any) -> QuerySet[Recall]:
    """Return the recalls of the user's units that another person must approve."""
    return within_units(Recall.objects.filter(state=Recall.State.PROPOSED), user, "unit__code")


def claims_to_answer(user: Any) -> QuerySet[PaymentClaim]:
    """Return what people of the user's units say they have paid, and nobody has answered."""
    rows = PaymentClaim.objects.filter(state=PaymentClaim.State.OPEN)
    return within_units(rows, user, "case__unit__code")


def refunds_to_approve(user: Any) -> QuerySet[Refund]:
    """Return the refunds that wait for this person: of his units, and not asked for by himself."""
    rows = within_units(
        Refund.objects.filter(state=Refund.State.REQUESTED),
        user,
        "payment__decision__case__unit__code",
    )
    officer = getattr(user, "officer", None)
    return rows.none() if officer is None else rows.exclude(requested_by=officer)


def alarms_nobody_has_seen(user: Any) -> QuerySet[DeviceAlarm]:
    """Return the open alarms of the devices of the user's units that nobody has noted yet."""
    alarms = DeviceAlarm.objects.filter(closed_at__isnull=True, acknowledged_at__isnull=True)
    return within_units(alarms, user, "device__site__unit__code")


def recoveries_to_approve(user: Any) -> QuerySet[FactorRecovery]:
    """Return the lost authenticators that wait for this person's word."""
    asked = FactorRecovery.objects.filter(
        state=FactorRecovery.State.ASKED, expires_at__gt=timezone.now()
    )
    return within_units(asked, user, "user__officer__unit__code").exclude(
        Q(asked_by=user) | Q(user=user)
    )


WORKPLACES = (
    Workplace(gettext_noop("Workbench"), "violations:home", ""),
    Workplace(
        gettext_noop("Review"),
        "violations:review",
        "violations.review_case",
        waiting_for_review,
    ),
    Workplace(
        gettext_noop("Cases"), "admin:violations_violation_changelist", "violations.view_violation"
    ),
    Workplace(gettext_noop("Who drove"), "drivers:list", "violations.propose_papers"),
    Workplace(
        gettext_noop("Sign"),
        "violations:signing",
        "violations.sign_papers",
        waiting_for_signature,
    ),
    Workplace(
        gettext_noop("Confirm"),
        "violations:confirmations",
        "violations.confirm_measure",
        waiting_for_confirmation,
    ),
    Workplace(
        gettext_noop("Deliveries in person"),
        "violations:deliveries",
        "violations.record_service",
        deliveries_in_person,
    ),
    Workplace(
        gettext_noop("What people send"),
        "submissions:waiting",
        "citizens.view_submission",
        answers_waiting,
    ),
    Workplace(
        gettext_noop("Disagreements"),
        "violations:adjudications",
        "violations.adjudicate_case",
        waiting_to_settle,
    ),
    Workplace(gettext_noop("Board"), "violations:board", "violations.supervise_queue"),
    Workplace(gettext_noop("Quality"), "violations:quality", "violations.supervise_queue"),
    Workplace(
        gettext_noop("Print, post"),
        "violations:post_room",
        "notices.print_notice",
        waiting_for_print,
    ),
    Workplace(
        gettext_noop("Reconciliation"),
        "desk:lines",
        "violations.handle_money",
        claims_to_answer,
    ),
    Workplace(
        gettext_noop("Refunds"),
        "desk:refunds",
        "violations.approve_money",
        refunds_to_approve,
    ),
    Workplace(
        gettext_noop("Cameras"),
        "admin:cameras_device_changelist",
        "cameras.view_device",
        alarms_nobody_has_seen,
    ),
    Workplace(
        gettext_noop("Recalls"),
        "violations:recalls",
        "violations.propose_recall",
        waiting_for_approval,
    ),
    Workplace(
        gettext_noop("Access log"),
        "admin:violations_accessentry_changelist",
        "violations.view_accessentry",
    ),
    Workplace(gettext_noop("Staff"), "violations:people", "citizens.view_user"),
    Workplace(
        gettext_noop("Recoveries"),
        "violations:recoveries",
        "violations.approve_recovery",
        recoveries_to_approve,
    ),
    Workplace(gettext_noop("Partners"), "partner_desk:partners", "citizens.view_apiclient"),
    Workplace(gettext_noop("Audit"), "violations:audit", "violations.draw_sample"),
)


#: What the apps above this one count in a tab, by its address.
WAITING: dict[str, Callable[[Any], QuerySet[Any]]] = {}


def staff_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs for the signed-in member of staff: only what the person may do.

    A place that this installation does not serve is left out. The longest address that begins the
    one we are at is the active tab.
    """
    user = request.user
    if not user.is_authenticated or not user.is_staff:
        return []
    tabs = []
    for place in WORKPLACES:
        if place.permission and not user.has_perm(place.permission):
            continue
        try:
            url = reverse(place.address)
        except NoReverseMatch:
            continue
        waiting = place.waiting or WAITING.get(place.address)
        count = waiting(user)[:MOST].count() if waiting else 0
        tabs.append(
            {
                "label": gettext(place.label),
                "url": url,
                "count": count,
                "is_capped": count >= MOST,
                "active": False,
            }
        )
    here = request.path
    if here.startswith(reverse("violations:case_root")):
        here = reverse("admin:violations_violation_changelist")
    if here.startswith(reverse("drivers:slots")):
        here = reverse("drivers:list")
    if here.startswith(reverse("admin:app_list", kwargs={"app_label": "cameras"})):
        here = reverse("admin:cameras_device_changelist")
    fitting = [tab for tab in tabs if here.startswith(tab["url"])]
    if fitting:
        max(fitting, key=lambda tab: len(tab["url"]))["active"] = True
    return tabs


def rail(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of data lists for the rail; the list we are at is marked.

    A few groups stand open; of many, only the one that holds the list we are at.
    """
    groups = readable(request.user)
    are_few = sum(len(group["links"]) for group in groups) <= MOST_OPEN
    for group in groups:
        for link in group["links"]:
            link["active"] = request.path.startswith(link["url"])
        group["open"] = are_few or any(link["active"] for link in group["links"])
    return groups


def staff_title(user: Any) -> str:
    """Return the person's roles as the header shows them."""
    if not user.is_authenticated:
        return ""
    return ", ".join(gettext(group.name) for group in user.groups.order_by("pk"))


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the staff header needs on every page."""
    user = request.user
    tabs = staff_tabs(request)
    is_staff = user.is_authenticated and user.is_staff
    return {
        "staff_tabs": tabs,
        "staff_rail": rail(request) if tabs else [],
        "staff_title": staff_title(user),
        "emergency": emergency.open_now(user, timezone.now()) if is_staff else None,
    }


def staff_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw an officers' page in the staff frame."""
    return render(request, template, frame(request) | dict(context or {}), status=status)
