"""The auditor's desk: draw a random sample of cases, and see every sample ever drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cameras.models import Device, Unit
from violations import audit_samples, returners
from violations.admin import words
from violations.admin.access import opens_with
from violations.admin.case_forms import DayInput
from violations.admin.navigation import staff_page
from violations.guards import Refused, day_in_viet_nam
from violations.models import AuditSample, Officer, Violation

LATEST = 50


class SampleForm(forms.Form):
    """The population, the size and the seed."""

    from_on = forms.DateField(label=_("Opened from"), widget=DayInput())
    until_on = forms.DateField(label=_("Opened until"), widget=DayInput())
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.order_by("code"), required=False
    )
    kind = forms.ChoiceField(label=_("Kind of violation"), required=False)
    statuses = forms.MultipleChoiceField(
        label=_("Status"),
        choices=Violation.Status.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: cases of every status, also rejected ones."),
    )
    officer = forms.CharField(
        label=_("Badge of an officer who gave a verdict"), max_length=20, required=False
    )
    device = forms.CharField(label=_("Code of a device"), max_length=40, required=False)
    size = forms.IntegerField(label=_("Cases"), min_value=1, max_value=audit_samples.MOST)
    seed = forms.RegexField(
        r"^[\w.:/-]*$",
        label=_("Seed"),
        max_length=audit_samples.LONGEST_SEED,
        required=False,
        help_text=_("Empty: drawn by chance. The same seed draws the same cases again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((kind, words.kind(kind)) for kind in words.KINDS),
        ]
        for field in self.fields.values():
            field.error_messages["required"] = gettext("Fill in “%(field)s”.") % {
                "field": field.label
            }

    def clean_officer(self) -> str:
        """Return the badge. Raises ValidationError for one nobody carries."""
        badge = str(self.cleaned_data["officer"])
        if badge and not Officer.objects.filter(badge=badge).exists():
            raise forms.ValidationError(gettext("No officer carries this badge."))
        return badge

    def clean_device(self) -> str:
        """Return the code. Raises ValidationError for one no device has."""
        code = str(self.cleaned_data["device"])
        if code and not Device.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("No device has this code."))
        return code

    def population(self) -> audit_samples.Population:
        """Return what was asked for as a population."""
        filled = self.cleaned_data
        return audit_samples.Population(
            from_on=filled["from_on"],
            until_on=filled["until_on"],
            unit=filled["unit"].code if filled["unit"] else "",
            statuses=tuple(filled["statuses"]),
            kind=filled["kind"],
            officer=filled["officer"],
            device=filled["device"],
        )


@require_GET
@opens_with(audit_samples.DRAWER)
def page(request: HttpRequest) -> HttpResponse:
    """Offer to draw a sample, and list those drawn."""
    today = day_in_viet_nam(timezone.now())
    start = {"from_on": today - timedelta(days=30), "until_on": today, "size": 50}
    return _show(request, SampleForm(initial=start))


@require_POST
@opens_with(audit_samples.DRAWER)
def draw(request: HttpRequest) -> HttpResponse:
    """Draw a sample and answer with its export."""
    form = SampleForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    at = timezone.now()
    try:
        sample, data = audit_samples.take(
            form.population(),
            size=form.cleaned_data["size"],
            seed=form.cleaned_data["seed"],
            by=request.user,
            at=at,
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentences)
        return _show(request, form, status=409)
    response = HttpResponse(data, content_type="application/zip")
    name = f"mau-kiem-toan-{sample.pk}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(request: HttpRequest, form: SampleForm, *, status: int = 200) -> HttpResponse:
    context = {
        "title": gettext("Random sample of cases"),
        "form": form,
        "all_power": returners.with_all_power(),
        "samples": AuditSample.objects.select_related("taken_by")[:LATEST],
    }
    return staff_page(request, "violations/audit.html", context, status=status)
