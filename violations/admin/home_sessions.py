"""Who is invited for today: the working sessions a notice has appointed, on the workbench."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from notices.models import Notice, PaperKind
from violations.admin.access import within_units
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import Draft, Violation, WorkingSession

#: No notice invites farther ahead: two weeks, and what holidays add.
FARTHEST = timedelta(days=45)
LISTED = 8


def invited_today(user: Any, at: datetime) -> QuerySet[Draft]:
    """Return the notices of one's units that invite for today and whose person has not come yet."""
    today = day_in_viet_nam(at)
    came = WorkingSession.objects.filter(
        case=OuterRef("case"), held_at__gte=datetime.combine(today, datetime.min.time(), VIET_NAM)
    )
    inviting = Notice.objects.annotate(invited=KT("context__appointment__at")).filter(
        kind=PaperKind.NOTICE,
        issued_on__gte=today - FARTHEST,
        invited__gte=today.isoformat(),
        invited__lt=(today + timedelta(days=1)).isoformat(),
    )
    found = Draft.objects.filter(
        ~Exists(came),
        kind=PaperKind.NOTICE,
        case__status=Violation.Status.NOTIFIED,
        notice__in=inviting.order_by(),
    )
    rows: QuerySet[Draft] = within_units(found, user, "case__unit__code")
    return rows.select_related("case", "notice").order_by("notice__issued_at")


def sessions(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield a line for each session of today, at most ``LISTED``, each leading to its page."""
    if not user.has_perm("violations.propose_papers"):
        return
    for draft in invited_today(user, at)[:LISTED]:
        moment = parse_datetime(draft.notice.context["appointment"]["at"])
        yield {
            "days": 0,
            "label": gettext("today"),
            "title": gettext("Working session at %(time)s: %(number)s")
            % {
                "time": f"{moment.astimezone(VIET_NAM):%H:%M}" if moment else "–",
                "number": draft.case.number,
            },
            "text": gettext("Invited by the notice %(number)s")
            % {"number": draft.notice.number_text},
            "url": reverse("violations:session", args=[draft.case.number]),
            "button": gettext("Receive"),
        }
