"""Read a statement in, and what was read in before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from citizens.desk.frame import accounts_of, desk_page
from citizens.models import StatementImport
from citizens.statements.importing import import_statement
from citizens.statements.reading import LARGEST_FILE
from violations.admin.access import opens_with, within_units
from violations.guards import Refused
from violations.models.officer import AllUnits
from violations.workflow.step import HANDLE_MONEY

SHOWN = 50


class StatementForm(forms.Form):
    """A file of the bank, and the account a CSV is of."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("camt.053, MT940 or CSV, at most 5 MB. The same file twice changes nothing."),
    )
    account = forms.ChoiceField(
        label=_("Account"), required=False, help_text=_("Only a CSV does not name its own account.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", "–"), *((each, each) for each in accounts_of(user))]

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST_FILE:
            raise forms.ValidationError(
                gettext("The file is larger than 5 MB; ask the bank for shorter periods.")
            )
        return sent


@require_http_methods(["GET", "HEAD", "POST"])
@opens_with(HANDLE_MONEY)
def statements(request: HttpRequest) -> HttpResponse:
    """List what was read in; read one more in."""
    sent = request.method == "POST"
    form = StatementForm(
        request.POST if sent else None, request.FILES if sent else None, user=request.user
    )
    if sent and form.is_valid() and _read(request, form):
        return HttpResponseRedirect(reverse("desk:statements"))
    rows = within_units(StatementImport.objects.all(), request.user, "unit__code")
    context = {
        "title": gettext("Statements"),
        "form": form,
        "rows": rows.select_related("imported_by").order_by("-pk")[:SHOWN],
    }
    return desk_page(request, "statements", context, status=422 if form.errors else 200)


def _read(request: HttpRequest, form: StatementForm) -> bool:
    codes = request.user.unit_codes
    units: Any = _Every() if isinstance(codes, AllUnits) else codes
    try:
        outcome = import_statement(
            form.cleaned_data["file"].read(),
            name=form.cleaned_data["file"].name,
            account=form.cleaned_data["account"],
            units=units,
            by_user=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return False
    if outcome.was_known:
        messages.info(request, gettext("This file was read in before; nothing was changed."))
        return True
    messages.success(
        request,
        gettext("%(new)d new lines, %(known)d known ones; %(matched)d matched by the rules.")
        % {"new": outcome.new, "known": outcome.known, "matched": outcome.matched},
    )
    if not outcome.follows_on:
        messages.warning(
            request,
            gettext("It does not open with the balance the statement before closed with: "
                    "a statement between is missing."),
        )  # fmt: skip
    return True


class _Every:
    """Contain every code: a national officer reads in for all units."""

    def __contains__(self, code: object) -> bool:
        return True
