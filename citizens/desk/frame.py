"""What every page of the desk shares: its tabs, who it opens to, and a refusal shown in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from violations.admin.navigation import staff_page
from violations.models.officer import AllUnits
from violations.workflow.step import APPROVE_MONEY, HANDLE_MONEY

TABS = (
    (gettext_noop("Open lines"), "desk:lines", (HANDLE_MONEY, APPROVE_MONEY)),
    (gettext_noop("Statements"), "desk:statements", (HANDLE_MONEY,)),
    (gettext_noop("Counter"), "desk:counter", (HANDLE_MONEY,)),
    (gettext_noop("“I have paid”"), "desk:claims", (HANDLE_MONEY,)),
    (gettext_noop("Refunds"), "desk:refunds", (HANDLE_MONEY, APPROVE_MONEY)),
    (gettext_noop("Daily report"), "desk:report", (HANDLE_MONEY, APPROVE_MONEY)),
)


def desk_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Draw a page of the desk with the tabs this person may open."""
    tabs = [
        {
            "label": gettext(label),
            "url": reverse(address),
            "active": reverse(address) == request.path,
        }
        for label, address, rights in TABS
        if any(request.user.has_perm(right) for right in rights)
    ]
    return staff_page(
        request, f"desk/{template}.html", {"desk_tabs": tabs, **context}, status=status
    )


def accounts_of(user: Any) -> list[str]:
    """Return the accounts of a person's units, those in force first."""
    from violations.models import Beneficiary

    rows = Beneficiary.objects.order_by("valid_until", "account")
    if not isinstance(user.unit_codes, AllUnits):
        rows = rows.filter(unit__code__in=user.unit_codes)
    return list(dict.fromkeys(rows.values_list("account", flat=True)))
