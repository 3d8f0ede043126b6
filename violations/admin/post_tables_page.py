"""What the post room works with: ranges of postal numbers, envelopes, the balance of a shift."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notices import envelopes, scanning, tracking
from notices.models import EnvelopeType, PostRange, PrintRun, PrintRunItem, Scan
from notices.tracking import PrintingRefused
from violations.admin.access import opens_with, within_units
from violations.admin.case_page import pdf_response
from violations.admin.navigation import staff_page
from violations.admin.post_page import CLERK, runs_of
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models.officer import AllUnits

RUNS_OF_A_SHIFT = 50


class RangeForm(forms.Form):
    """A range of postal numbers, as the receipt of the post says it."""

    unit_code = forms.ChoiceField(label=_("Unit"))
    first = forms.CharField(
        label=_("First number"), max_length=20, help_text=_("Whole, as on the label: RR123456785VN")
    )
    last = forms.CharField(label=_("Last number"), max_length=20)
    issued_on = forms.DateField(
        label=_("Issued on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    receipt = forms.CharField(label=_("Receipt of the post"), max_length=80)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = user.unit_codes
        known = [] if isinstance(codes, AllUnits) else sorted(codes)
        self.fields["unit_code"].choices = [(code, code) for code in known]


class EnvelopeForm(forms.Form):
    """An envelope measured with a ruler, in millimetres."""

    name = forms.CharField(
        label=_("Name of the envelope"), max_length=60, help_text=_("As it was bought")
    )
    width = forms.DecimalField(label=_("Width"))
    height = forms.DecimalField(label=_("Height"))
    window_left = forms.DecimalField(label=_("Window from the left"))
    window_top = forms.DecimalField(label=_("Window from the top"))
    window_width = forms.DecimalField(label=_("Window width"))
    window_height = forms.DecimalField(label=_("Window height"))
    play_across = forms.DecimalField(label=_("Play to the side"))
    play_down = forms.DecimalField(label=_("Play up and down"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, bound in self.fields.items():
            if name != "name":
                bound.min_value, bound.max_value, bound.decimal_places = 0, 400, 1
                bound.validators = forms.DecimalField(
                    min_value=0, max_value=400, decimal_places=1
                ).validators
                bound.widget.attrs |= {"min": "0", "max": "400", "step": "0.1"}

    def clean(self) -> dict[str, Any]:
        """Insist on a window that lies in the envelope and on an unused name."""
        given = super().clean() or {}
        if self.errors:
            return given
        if EnvelopeType.objects.filter(name=given["name"]).exists():
            self.add_error("name", gettext("An envelope of this name is measured already."))
        across = given["window_left"] + given["window_width"]
        down = given["window_top"] + given["window_height"]
        if across > given["width"] or down > given["height"]:
            self.add_error(None, gettext("The window leaves the envelope; measure again."))
        if (
            given["window_width"] <= given["play_across"]
            or given["window_height"] <= given["play_down"]
        ):
            self.add_error(None, gettext("With this play nothing of the window always shows."))
        return given

    def tenths(self) -> dict[str, Any]:
        """Return the measures in tenths of a millimetre, as they are kept."""
        given = self.cleaned_data
        return {name: value if name == "name" else int(value * 10) for name, value in given.items()}


@require_http_methods(["GET", "POST"])
@opens_with(CLERK)
def ranges(request: HttpRequest) -> HttpResponse:
    """Show the ranges of postal numbers with what is left of each, or register one."""
    at = timezone.now()
    form = RangeForm(
        request.POST or None, user=request.user, initial={"issued_on": day_in_viet_nam(at)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            tracking.register_range(**form.cleaned_data, by_name=str(request.user), at=at)
        except PrintingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("The range is registered."))
            return HttpResponseRedirect(reverse("violations:post_ranges"))
    rows = within_units(PostRange.objects.all(), request.user, "unit_code")
    context = {
        "title": gettext("Ranges of postal numbers"),
        "form": form,
        "rows": [_range_row(row) for row in rows],
    }
    status = 422 if request.method == "POST" else 200
    return staff_page(request, "notices_desk/ranges.html", context, status=status)


@require_POST
@opens_with(CLERK)
def end_range(request: HttpRequest, range_id: int) -> HttpResponse:
    """Take no more numbers from a range."""
    rows = within_units(PostRange.objects.all(), request.user, "unit_code")
    found = rows.filter(pk=min(range_id, 2**62)).first()
    if found is None:
        raise Http404
    tracking.end_range(found.pk, on=day_in_viet_nam(timezone.now()))
    messages.success(request, gettext("No more numbers are taken from this range."))
    return HttpResponseRedirect(reverse("violations:post_ranges"))


def _range_row(row: PostRange) -> dict[str, Any]:
    first, last = _whole(row.prefix, row.first), _whole(row.prefix, row.last)
    used = PrintRunItem.objects.filter(tracking_number__gte=first, tracking_number__lte=last)
    size = row.last - row.first + 1
    count = used.count()
    return {
        "range": row,
        "first": first,
        "last": last,
        "size": size,
        "used": count,
        "left": max(0, size - count),
    }


def _whole(prefix: str, serial: int) -> str:
    text = f"{serial:08d}"
    return f"{prefix}{text}{tracking.check_digit(text)}VN"


@require_http_methods(["GET", "POST"])
@opens_with(CLERK)
def envelope_types(request: HttpRequest) -> HttpResponse:
    """Show the measured envelopes and whether our forms fit them, or measure one (Căn chỉnh)."""
    form = EnvelopeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        EnvelopeType.objects.create(**form.tenths())
        messages.success(request, gettext("The envelope is measured. Print the sheet and try it."))
        return HttpResponseRedirect(reverse("violations:post_envelopes"))
    rows = [
        {
            "envelope": each,
            "always": envelopes.always_visible(each).millimetres,
            "faults": envelopes.faults(each),
        }
        for each in EnvelopeType.objects.all()
    ]
    context = {
        "title": gettext("Align envelopes"),
        "form": form,
        "rows": rows,
        "address": envelopes.ADDRESS.millimetres,
    }
    status = 422 if request.method == "POST" else 200
    return staff_page(request, "notices_desk/envelopes.html", context, status=status)


@require_GET
@opens_with(CLERK)
def envelope_sheet(request: HttpRequest, envelope_id: int) -> HttpResponse:
    """Send the sheet that is laid over a letter to try an envelope."""
    found = EnvelopeType.objects.filter(pk=min(envelope_id, 2**62)).first()
    if found is None:
        raise Http404
    return pdf_response(envelopes.overlay_sheet(found), f"phong-bi-{found.pk}.pdf")


@require_GET
@opens_with(CLERK)
def shift(request: HttpRequest) -> HttpResponse:
    """Show the balance of a day: of each run, and of each clerk; what was counted must agree."""
    today = day_in_viet_nam(timezone.now())
    day = _day(request.GET.get("ngay", ""), today)
    begins = datetime.combine(day, time.min, VIET_NAM)
    within = (begins, begins + timedelta(days=1))
    runs = runs_of(request.user).filter(
        Q(printed_at__range=within) | Q(posted_at__range=within) | Q(scans__at__range=within)
    )
    rows = [
        {"run": run, "balance": scanning.balance(run)}
        for run in runs.distinct().order_by("created_at")[:RUNS_OF_A_SHIFT]
    ]
    left = sum(row["balance"].left for row in rows if row["run"].state == PrintRun.State.PRINTED)
    counted = _number(request.GET.get("ban", ""))
    context = {
        "title": gettext("Balance of the shift"),
        "day": day,
        "today": today,
        "rows": rows,
        "clerks": _clerks(request.user, within),
        "left": left,
        "counted": counted,
        "gap": None if counted is None else counted - left,
        "is_balanced": all(row["balance"].difference == 0 for row in rows),
    }
    return staff_page(request, "notices_desk/shift.html", context)


def _clerks(user: Any, within: tuple[datetime, datetime]) -> list[dict[str, Any]]:
    """Return what each clerk scanned in a day, in the order of their names."""
    scans = within_units(Scan.objects.filter(at__range=within), user, "run__unit_code")
    counted = (
        scans.order_by()
        .values("by__full_name")
        .annotate(
            matched=Count("pk", filter=Q(result=Scan.Result.MATCHED)),
            taken_back=Count("pk", filter=Q(result=Scan.Result.TAKEN_BACK)),
            wrong=Count("pk", filter=Q(result__in=scanning.WRONG)),
        )
        .order_by("by__full_name")
    )
    return [row | {"closed": row["matched"] - row["taken_back"]} for row in counted]


def _day(text: str, today: date) -> date:
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
