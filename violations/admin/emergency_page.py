"""Emergency access: open it with a reason, end it, and note what others opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cameras.models import Unit
from violations import emergency
from violations.admin.access import opens_with
from violations.admin.navigation import staff_page
from violations.guards import Refused

MINUTES = (15, 30, 60)


class EmergencyForm(forms.Form):
    """Which unit, for how long, and why."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    minutes = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, choices=[(m, m) for m in MINUTES]
    )
    reason = forms.CharField(
        label=_("What the emergency is"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The auditors, and the supervisors and leaders of that unit, read it at once."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [
            c for c in Unit.objects.values_list("code", flat=True) if c not in user.unit_codes
        ]
        self.fields["unit"].queryset = Unit.objects.filter(  # type: ignore[attr-defined]
            code__in=others
        ).order_by("code")
        self.fields["minutes"].choices = [  # type: ignore[attr-defined]
            (minutes, gettext("%(minutes)s minutes") % {"minutes": minutes}) for minutes in MINUTES
        ]
        for field in self.fields.values():
            field.error_messages["required"] = gettext("Fill in “%(field)s”.") % {
                "field": field.label
            }


@require_GET
@opens_with(emergency.OPENER, *emergency.READERS)
def page(request: HttpRequest) -> HttpResponse:
    """Show what is open to oneself, and what others opened that stands to be noted."""
    return _show(request)


@require_POST
@opens_with(emergency.OPENER)
@reauthentication_required
def open_access(request: HttpRequest) -> HttpResponse:
    """Open the sight of another unit's cases, by somebody who just proved who they are."""
    form = EmergencyForm(request.POST, user=request.user)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    filled = form.cleaned_data
    try:
        emergency.open_access(
            request.user,
            filled["unit"],
            reason=filled["reason"],
            lasts=timedelta(minutes=filled["minutes"]),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentences)
        return _show(request, form=form, status=409)
    return HttpResponseRedirect(reverse("admin:violations_violation_changelist"))


@require_POST
@opens_with(emergency.OPENER)
def end(request: HttpRequest) -> HttpResponse:
    """End one's own emergency access now."""
    try:
        emergency.end_access(request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("The emergency access has ended."))
    return HttpResponseRedirect(reverse("violations:home"))


@require_POST
@opens_with(*emergency.NOTERS)
def note(request: HttpRequest, access_id: int) -> HttpResponse:
    """Note an emergency access of somebody else with what was found."""
    if not emergency.to_note(request.user).filter(pk=access_id).exists():
        messages.error(request, gettext("This emergency access has been noted already."))
        return HttpResponseRedirect(reverse("violations:emergency"))
    try:
        emergency.note_access(
            access_id,
            finding=request.POST.get("finding", "").replace("\x00", ""),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("Noted; the alarm is over."))
    return HttpResponseRedirect(reverse("violations:emergency"))


def _show(
    request: HttpRequest, *, form: EmergencyForm | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    may_open = request.user.has_perm(emergency.OPENER)
    context = {
        "title": gettext("Emergency access"),
        "open_now": emergency.open_now(request.user, at),
        "form": (form or EmergencyForm(user=request.user)) if may_open else None,
        "alarms": [
            {"row": row, "runs": row.ended_at is None and row.ends_at > at}
            for row in emergency.to_note(request.user)
        ],
        "may_read": any(request.user.has_perm(name) for name in emergency.READERS),
        "may_note": emergency.may_note(request.user),
    }
    return staff_page(request, "violations/emergency.html", context, status=status)
