"""An officer's own figures: how right, how quick; summed up and late, never which case it was."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from violations import accuracy_figures
from violations.accuracy_figures import Pace
from violations.accuracy_watch import accuracy_of
from violations.admin.access import opens_with
from violations.admin.navigation import staff_page
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.quality import rates_for

FEWEST = 20  # fewer answers would let somebody guess which case was which
PERIOD = timedelta(days=90)


@require_GET
@opens_with("violations.review_case")
def own_figures(request: HttpRequest) -> HttpResponse:
    """Show the officer's figures up to the day before yesterday."""
    officer = getattr(request.user, "officer", None)
    if officer is None:
        raise PermissionDenied
    until = figures_end(timezone.now())
    since = until - PERIOD
    found = accuracy_of(officer, since=since, until=until)
    rates = rates_for(officer)
    context = {
        "title": gettext("My figures"),
        "until": until - timedelta(days=1),
        "days": PERIOD.days,
        "fewest": FEWEST,
        "accuracy": found if found.of >= FEWEST else None,
        "pace": accuracy_figures.pace(officer.unit, since, until).get(officer.pk, Pace()),
        "accepted_rate": rates.get("accepted", 0),
        "rejected_rate": rates.get("rejected", 0),
    }
    return staff_page(request, "violations/own_figures.html", context)


def figures_end(at: datetime) -> datetime:
    """Return the first moment of yesterday in Viet Nam: what is newer is not told yet."""
    yesterday = day_in_viet_nam(at) - timedelta(days=1)
    return datetime.combine(yesterday, time(), tzinfo=VIET_NAM)
