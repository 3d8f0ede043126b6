"""The supervisor's board: what needs a decision today, of the supervisor's units, and three acts.

Officers stand in the order of their names, never of their figures.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cameras.admin.paging import walking_indexes
from cameras.models import Device, Unit
from violations import camera_pauses, review_queue
from violations.actors import actor_for
from violations.admin import supervisor_sheet
from violations.admin.access import opens_with, within_units
from violations.admin.navigation import staff_page
from violations.guards import Refused
from violations.models import StageCapacity

SUPERVISE = "violations.supervise_queue"
MOST_A_DAY = 100_000


class CapacityForm(forms.Form):
    """How many cases a unit can take through a stage in a working day."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    stage = forms.ChoiceField(label=_("Stage"), choices=StageCapacity.Stage.choices)
    per_day = forms.IntegerField(
        label=_("Cases in a working day"), min_value=1, max_value=MOST_A_DAY
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = within_units(Unit.objects.order_by("code"), user, "code")


@require_GET
@opens_with(SUPERVISE)
def board(request: HttpRequest) -> HttpResponse:
    """Show what needs a decision today."""
    return _page(request, CapacityForm(user=request.user))


@require_POST
@opens_with(SUPERVISE)
def set_capacity(request: HttpRequest) -> HttpResponse:
    """Set what a unit can take through a stage in a working day."""
    form = CapacityForm(request.POST, user=request.user)
    officer = getattr(request.user, "officer", None)
    if not form.is_valid() or officer is None:
        return _page(request, form, status=422)
    given = form.cleaned_data
    with transaction.atomic():
        StageCapacity.objects.update_or_create(
            unit=given["unit"],
            stage=given["stage"],
            defaults={"per_day": given["per_day"], "set_by": officer, "set_at": timezone.now()},
        )
    messages.success(request, gettext("The capacity is set."))
    return HttpResponseRedirect(reverse("violations:board"))


@require_POST
@opens_with(SUPERVISE)
def pause_camera(request: HttpRequest) -> HttpResponse:
    """Hold back what a camera sends, with a reason."""
    device = Device.objects.filter(code=request.POST.get("camera", "")[:60]).first()

    def act() -> None:
        if device is None:
            raise Refused(gettext("There is no such device at your unit."))
        camera_pauses.pause(
            device,
            reason=request.POST.get("reason", ""),
            by=actor_for(request.user),
            at=timezone.now(),
        )

    return _acted(request, act, gettext("The camera is paused. Look at it again within a day."))


@require_POST
@opens_with(SUPERVISE)
def resume_camera(request: HttpRequest, pause_id: int) -> HttpResponse:
    """Let a paused camera deliver again, with what was found."""

    def act() -> None:
        camera_pauses.resume(
            pause_id,
            finding=request.POST.get("reason", ""),
            by=actor_for(request.user),
            at=timezone.now(),
        )

    return _acted(request, act, gettext("The pause has ended."))


@require_POST
@opens_with(SUPERVISE)
def break_lease(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take a case back from the officer who holds it, with a reason."""

    def act() -> None:
        review_queue.break_lease(
            case_id,
            by=actor_for(request.user),
            at=timezone.now(),
            reason=request.POST.get("reason", ""),
        )

    return _acted(request, act, gettext("The case is back in the queue."))


def _acted(request: HttpRequest, act: Callable[[], None], done: str) -> HttpResponse:
    """Do an act and go back to the board with what came of it."""
    try:
        act()
    except Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("violations:board"))


def _page(request: HttpRequest, form: CapacityForm, status: int = 200) -> HttpResponse:
    with walking_indexes():
        context = supervisor_sheet.sheet(request.user, timezone.now())
        context |= {"title": gettext("What needs a decision today"), "form": form}
        return staff_page(request, "violations/board.html", context, status=status)
