"""People: who works here, what each may do and since when, and the acts that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from violations import recovery, returners, staff_sessions, staffing
from violations.admin.access import opens_with, within_units
from violations.admin.navigation import staff_page
from violations.admin.people_forms import (
    JoinForm,
    LeaveForm,
    MoveForm,
    NameForm,
    PeopleForm,
    RecoveryForm,
    ReopenForm,
    RolesForm,
)
from violations.guards import Refused, day_in_viet_nam
from violations.models import Delegation, FactorRecovery, Officer, RightsChange
from violations.open_work import open_work

READER = "citizens.view_user"
MANAGER = "citizens.change_user"
REOPEN = "mo-lai"
ON_A_PAGE = 50
LATEST = 100


@dataclass(frozen=True)
class Act:
    """One act on a person: its form, and the call that takes it."""

    form: type[PeopleForm]
    take: Callable[[Officer, Mapping[str, Any], Any, datetime], Any]


ACTS = {
    "chuyen": Act(
        MoveForm,
        lambda officer, filled, by, at: staffing.move(officer.pk, **filled, by=by, at=at),
    ),
    "vai-tro": Act(
        RolesForm,
        lambda officer, filled, by, at: staffing.change_roles(officer.user_id, **filled, by=by),
    ),
    "nghi": Act(
        LeaveForm,
        lambda officer, filled, by, at: staffing.leave(officer.pk, **filled, by=by, at=at),
    ),
    "ten": Act(
        NameForm,
        lambda officer, filled, by, at: returners.correct_name(officer.pk, **filled, by=by),
    ),
    "mo-lai": Act(
        ReopenForm,
        lambda officer, filled, by, at: returners.reopen(officer.pk, **filled, by=by, at=at),
    ),
    "khoi-phuc": Act(
        RecoveryForm,
        lambda officer, filled, by, at: recovery.ask(officer.user, **filled, by=by, at=at),
    ),
}


@require_GET
@opens_with(READER)
def people(request: HttpRequest) -> HttpResponse:
    """List the people of one's units, those at work first."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()
    rows = _people(request.user)
    if asked:
        rows = rows.filter(
            Q(user__username__istartswith=asked)
            | Q(user__full_name__icontains=asked)
            | Q(badge__istartswith=asked)
        )
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "title": gettext("Staff"),
        "page": page,
        "asked": asked,
        "all_power": returners.with_all_power(),
        "may_add": request.user.has_perm("citizens.add_user"),
    }
    return staff_page(request, "violations/people.html", context)


@require_http_methods(["GET", "POST"])
@opens_with("citizens.add_user")
def join(request: HttpRequest) -> HttpResponse:
    """Take in a new member of staff, and show the temporary password once."""
    at = timezone.now()
    if request.method == "GET":
        form = JoinForm(by=request.user, initial={"title_from": day_in_viet_nam(at)})
        return _ask_joiner(request, form)
    form = JoinForm(request.POST, by=request.user)
    if not form.is_valid():
        return _ask_joiner(request, form, status=422)
    filled = dict(form.cleaned_data)
    reason = filled.pop("reason")
    try:
        officer, password = staffing.join(
            staffing.Joiner(**filled), reason=reason, by=request.user, at=at
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentences)
        return _ask_joiner(request, form, status=409)
    return show_password(request, officer, password)


@require_GET
@opens_with(READER)
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one person: rights now, their history, sessions, factors, delegations, open work."""
    return _show(request, _find(request, user_id))


@require_POST
@opens_with(MANAGER)
def change(request: HttpRequest, user_id: int, act: str) -> HttpResponse:
    """Take one act on a person; a refusal is told beside the form it belongs to."""
    if act not in ACTS:
        raise Http404
    officer = _find(request, user_id)
    form = ACTS[act].form(request.POST, by=request.user, officer=officer)
    if not form.is_valid():
        return _show(request, officer, tried=(act, form), status=422)
    try:
        made = ACTS[act].take(officer, form.cleaned_data, request.user, timezone.now())
    except Refused as refusal:
        form.add_error(None, refusal.sentences)
        return _show(request, officer, tried=(act, form), status=409)
    if act == REOPEN:
        return show_password(request, *made)
    messages.success(request, gettext("Recorded."))
    return HttpResponseRedirect(reverse("violations:person", args=[user_id]))


@require_POST
@opens_with(MANAGER)
def end(request: HttpRequest, user_id: int, session_id: int) -> HttpResponse:
    """End one session of another person."""
    officer = _find(request, user_id)
    try:
        staff_sessions.end_session(
            session_id,
            officer.user,
            reason=request.POST.get("reason", "").replace("\x00", ""),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("The session has ended."))
    return HttpResponseRedirect(reverse("violations:person", args=[user_id]))


def show_password(request: HttpRequest, officer: Officer, password: str) -> HttpResponse:
    """Show a temporary password this one time."""
    context = {
        "title": gettext("Temporary password"),
        "officer": officer,
        "password": password,
        "may_open": request.user.has_perm(READER),
    }
    return staff_page(request, "violations/people_password.html", context)


def _people(user: Any) -> QuerySet[Officer]:
    rows = Officer.objects.filter(user__is_superuser=False)
    return (
        within_units(rows, user, "unit__code")
        .select_related("user", "unit")
        .prefetch_related("user__groups")
        .order_by("-user__is_active", "user__username")
    )


def _find(request: HttpRequest, user_id: int) -> Officer:
    found: Officer | None = _people(request.user).filter(user_id=user_id).first()
    if found is None:
        raise Http404
    return found


def _ask_joiner(request: HttpRequest, form: JoinForm, *, status: int = 200) -> HttpResponse:
    if not request.user.has_perm(MANAGER):
        raise PermissionDenied
    context = {"title": gettext("New member of staff"), "form": form}
    return staff_page(request, "violations/people_join.html", context, status=status)


def _show(
    request: HttpRequest,
    officer: Officer,
    *,
    tried: tuple[str, PeopleForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    user = get_user_model().objects.get(pk=officer.user_id)
    is_own = user.pk == request.user.pk
    may_change = request.user.has_perm(MANAGER) and not is_own
    given = Delegation.objects.filter(Q(head=officer) | Q(deputy=officer))
    context = {
        "title": user.full_name,
        "person": user,
        "officer": officer,
        "is_own": is_own,
        "roles": [gettext(group.name) for group in user.groups.order_by("pk")],
        "titles": officer.titles.order_by("-from_day"),
        "delegations": given.select_related("head__user", "deputy__user")[:LATEST],
        "factors": _factors(user),
        "recoveries": FactorRecovery.objects.filter(user=user).select_related(
            "asked_by", "settled_by"
        )[:5],
        "sessions": staff_sessions.sessions_of(user),
        "endings": staff_sessions.endings_of(user),
        "work": open_work(officer),
        "changes": RightsChange.objects.filter(user=user).select_related("changed_by")[:LATEST],
        "forms": _forms(request, officer, at, tried) if may_change else [],
        "form": tried[1] if tried else None,
        "may_change": may_change and user.is_active,
        "must_change_password": staffing.must_change_password(user),
    }
    return staff_page(request, "violations/person.html", context, status=status)


def _forms(
    request: HttpRequest, officer: Officer, at: datetime, tried: tuple[str, PeopleForm] | None
) -> list[dict[str, Any]]:
    """Return the forms of the acts, the one that was tried with what was typed."""
    today = day_in_viet_nam(at)
    initial = {
        "chuyen": {"unit": officer.unit_id, "title": officer.title_on(today), "on": today},
        "vai-tro": {"roles": [group.name for group in officer.user.groups.all()]},
        "ten": {"full_name": officer.user.full_name},
        REOPEN: {"title_from": today},
    }
    words = {
        "chuyen": (gettext("Move or new title"), gettext("Move"), False),
        "vai-tro": (gettext("Change the roles"), gettext("Change the roles"), False),
        "ten": (gettext("Name written wrongly"), gettext("Correct the name"), False),
        "khoi-phuc": (gettext("Lost authenticator"), gettext("Ask a second person"), False),
        "nghi": (gettext("Leaves the force or the portal"), gettext("Close the account"), True),
    }
    if not officer.user.is_active:
        words = {REOPEN: (gettext("The person returns"), gettext("Open the account again"), False)}
    found = []
    for act, (title, button, is_final) in words.items():
        is_tried = tried is not None and tried[0] == act
        form = (
            tried[1]
            if tried is not None and is_tried
            else ACTS[act].form(by=request.user, officer=officer, initial=initial.get(act))
        )
        found.append(
            {
                "title": title,
                "button": button,
                "is_final": is_final,
                "is_open": is_tried,
                "form": form,
                "url": reverse("violations:person_act", args=[officer.user_id, act]),
            }
        )
    return found


def _factors(user: Any) -> list[dict[str, Any]]:
    """Return the second factors of a person: kind and day, never a secret."""
    names = {
        Authenticator.Type.TOTP: gettext("Authenticator app"),
        Authenticator.Type.WEBAUTHN: gettext("Security key or passkey"),
        Authenticator.Type.RECOVERY_CODES: gettext("Recovery codes"),
    }
    rows = Authenticator.objects.filter(user=user).order_by("created_at")
    return [
        {"name": names[row.type], "since": row.created_at, "used": row.last_used_at} for row in rows
    ]
