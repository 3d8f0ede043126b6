"""A disagreement of two looks, settled by a third person who does not know whose they are.

Both verdicts stand side by side, in an order that tells nothing and never changes; names are shown
once it is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from cameras.plates import format_plate
from violations import second_looks
from violations.actors import actor_for
from violations.admin import words
from violations.admin.access import note_look, opens_with, within_units
from violations.admin.navigation import staff_page, waiting_to_settle
from violations.admin.review_sheet import sheet_of
from violations.guards import Refused
from violations.models import Officer, ReviewDecision, SecondLook
from violations.quality import answer_of
from violations.review import REJECTION_REASONS
from violations.sampling import difference

ADJUDICATE = "violations.adjudicate_case"
LISTED = 50


@dataclass(frozen=True)
class Panel:
    """One of the two looks as shown; ``officer`` stays hidden until the matter is settled."""

    key: str
    is_first: bool
    officer: Officer | None
    choice: str
    plate: str
    plate_colour: str
    act: str
    reason: str
    note: str
    flags: list[str]
    seconds: int | None


class SettlingForm(forms.Form):
    """Which of the two is right, what the pictures show, and for what reason a case falls."""

    right = forms.ChoiceField(
        label=_("Which look is right"),
        choices=[("1", _("Look 1")), ("2", _("Look 2"))],
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(
        label=_("Finding"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    rejection_reason = forms.ChoiceField(
        label=_("Reason, if the case is to be rejected for another one"),
        required=False,
        help_text=_("Left empty, the reason of the look that is right counts."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rejection_reason"].choices = [
            ("", "–"),
            *((code, words.reason(code)) for code in REJECTION_REASONS),
        ]


@require_GET
@opens_with(ADJUDICATE)
def adjudications(request: HttpRequest) -> HttpResponse:
    """List the disagreements that wait, oldest first, and the latest this person settled."""
    waiting = waiting_to_settle(request.user).select_related("case").order_by("looked_at")
    settled = SecondLook.objects.filter(
        adjudicated_by__user=request.user, adjudicated_at__isnull=False
    ).select_related("case")
    context = {
        "title": gettext("Disagreements"),
        "rows": [_line(look) for look in waiting[:LISTED]],
        "settled": [_line(look) for look in settled.order_by("-adjudicated_at")[:10]],
    }
    return staff_page(request, "violations/adjudications.html", context)


@require_http_methods(["GET", "POST"])
@opens_with(ADJUDICATE)
def adjudication(request: HttpRequest, look_id: int) -> HttpResponse:
    """Show one disagreement and settle it; who has a part in it is turned away."""
    look = _find(request, look_id)
    at = timezone.now()
    panels = panels_of(look)
    form = SettlingForm(request.POST or None)
    if request.method == "POST" and look.adjudicated_at is None and form.is_valid():
        right = next(panel for panel in panels if panel.key == form.cleaned_data["right"])
        try:
            second_looks.adjudicate(
                look.case_id,
                upholds=right.is_first,
                finding=form.cleaned_data["finding"],
                rejection_reason=_reason(form, look, upholds=right.is_first),
                by=actor_for(request.user),
                at=at,
            )
        except Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, sentence)
        else:
            messages.success(request, gettext("The disagreement is settled."))
        return HttpResponseRedirect(reverse("violations:adjudication", args=[look.pk]))
    note_look(look.case, request.user, "evidence", at=at)
    case = look.case
    context = {
        "title": gettext("Disagreement"),
        "look": look,
        "case": case,
        "kind": words.kind(case.violation_type),
        "detection": case.detection,
        "plate_read": case.detection.plate_normalised,
        "plate_colour_read": case.detection.plate_colour,
        "panels": panels,
        "second": next(panel for panel in panels if not panel.is_first),
        "is_settled": look.adjudicated_at is not None,
        "differs_in": _differs_in(look),
        "form": form,
        "sheet": sheet_of(case, actor_for(request.user), at),
    }
    status = 422 if request.method == "POST" else 200
    return staff_page(request, "violations/adjudication.html", context, status=status)


def panels_of(look: SecondLook) -> list[Panel]:
    """Return both looks in an order that is the same for everybody and tells nothing.

    The order comes from a hash with the portal's secret, so that neither position nor the numbers
    of rows say which was first.
    """
    first_stands_first = salted_hmac("adjudication", str(look.pk)).digest()[0] % 2 == 0
    keys = ("1", "2") if first_stands_first else ("2", "1")
    both = [
        _panel(look, look.first_review or _verification(look), keys[0], is_first=True),
        _panel(look, look.review, keys[1], is_first=False),
    ]
    return sorted(both, key=lambda panel: panel.key)


def _panel(look: SecondLook, verdict: ReviewDecision | None, key: str, *, is_first: bool) -> Panel:
    if verdict is None:  # asked for on the case page: the second officer wrote a finding
        return Panel(
            key,
            is_first,
            look.case.verified_by if is_first else look.looked_by,
            "verify" if is_first else "",
            look.case.plate_display if is_first else "",
            look.case.plate_colour,
            "",
            "",
            "" if is_first else look.finding,
            [],
            None,
        )
    answer = answer_of(verdict)
    verified = verdict.choice == ReviewDecision.Choice.VERIFY
    return Panel(
        key,
        is_first,
        verdict.officer,
        verdict.choice,
        format_plate(answer.plate, look.case.vehicle_class) or answer.plate,
        verdict.plate_colour or look.case.detection.plate_colour,
        verdict.rule.short_citation if verified and verdict.rule else "",
        words.reason(verdict.rejection_reason) if verdict.rejection_reason else "",
        verdict.note,
        [str(flag) for flag in verdict.flags],
        round(verdict.visible_ms / 1000),
    )


def _verification(look: SecondLook) -> ReviewDecision | None:
    return look.case.reviews.filter(
        officer=look.case.verified_by, state=ReviewDecision.State.FINAL, choice="verify"
    ).first()


def _reason(form: SettlingForm, look: SecondLook, *, upholds: bool) -> str:
    if upholds:
        return ""
    own = look.review.rejection_reason if look.review is not None else ""
    return str(form.cleaned_data["rejection_reason"] or own)


def _differs_in(look: SecondLook) -> str:
    if look.first_review is None or look.review is None:
        return ""
    return {
        "choice": gettext("One verified, the other rejected."),
        "plate": gettext("Both verified; the plates differ."),
        "rule": gettext("Both verified; the acts differ."),
        "reason": gettext("Both rejected, for different reasons."),
        "": "",
    }[difference(answer_of(look.first_review), answer_of(look.review))]


def _find(request: HttpRequest, look_id: int) -> SecondLook:
    look = (
        within_units(
            SecondLook.objects.filter(pk=look_id, agrees=False), request.user, "case__unit__code"
        )
        .select_related(
            "case__unit",
            "case__rule",
            "case__detection__device__site",
            "case__detection__delivery",
            "case__verified_by__user",
            "looked_by__user",
            "adjudicated_by__user",
            "first_review__officer__user",
            "first_review__rule",
            "first_review__case__detection",
            "review__officer__user",
            "review__rule",
            "review__case__detection",
        )
        .first()
    )
    if look is None:
        raise Http404
    mine = look.adjudicated_by is not None and look.adjudicated_by.user_id == request.user.pk
    if not mine and not waiting_to_settle(request.user).filter(pk=look.pk).exists():
        raise PermissionDenied
    return look


def _line(look: SecondLook) -> dict[str, Any]:
    return {
        "look": look,
        "kind": words.kind(look.case.violation_type),
        "differs_in": _differs_in(look) or look.get_ground_display(),
    }
