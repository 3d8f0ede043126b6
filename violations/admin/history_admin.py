"""What happened and who looked: lists for auditors and leaders, never written by hand."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from violations import blindness
from violations.admin import veil, words
from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin, cell
from violations.models import (
    AccessEntry,
    CaseEvent,
    Draft,
    ReviewDecision,
    Violation,
)
from violations.workflow import STEPS


class LookPeriodFilter(PeriodFilter):
    """The last day, week or month of looks and steps."""

    moment = "at"


class ReviewPeriodFilter(PeriodFilter):
    """The last day, week or month of verdicts."""

    moment = "decided_at"


class DraftPeriodFilter(PeriodFilter):
    """The last day, week or month of drafts."""

    moment = "proposed_at"


class OfACase(ReadOnlyAdmin):
    """Rows that belong to a case; the number leads to its page."""

    list_display_links = None
    search_fields = ["case__number__exact"]
    search_help_text = _("Case number")
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "case__unit__code"

    @admin.display(description=_("Case file"))
    def case_number(self, row: CaseEvent) -> str:
        """Return the number of the case as a link."""
        return cell("number", {"number": row.case.number})


@admin.register(AccessEntry)
class AccessEntryAdmin(OfACase):
    """Who looked at which case, picture or paper, and by what right."""

    list_display = ["at", "case_number", "what", "actor", "level"]
    list_select_related = ["case", "actor"]
    list_filter = ["what", "level", LookPeriodFilter]
    search_fields = ["case__number__exact", "actor__username__exact"]
    search_help_text = _("Case number or user name")


@admin.register(CaseEvent)
class CaseEventAdmin(OfACase):
    """Every step of every case, as it was written."""

    list_display = [
        "at", "case_number", "sequence", "step_taken", "status_after", "actor_name", "reason",
    ]  # fmt: skip
    list_select_related = ["case"]
    list_filter = [LookPeriodFilter]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseEvent]:
        """Keep what tells of an unfinished second look from those who may not know yet."""
        rows = veil.shown_rows(super().get_queryset(request), request.user)
        return blindness.open_to(rows, request.user, at=timezone.now(), case="case")

    @admin.display(description=_("step"))
    def step_taken(self, event: CaseEvent) -> str:
        """Return the step in the reader's language."""
        return str(STEPS[event.step].title) if event.step in STEPS else event.step

    @admin.display(description=_("status"))
    def status_after(self, event: CaseEvent) -> str:
        """Return the status after the step in the reader's language."""
        return str(dict(Violation.Status.choices).get(event.to_status, event.to_status))


@admin.register(ReviewDecision)
class ReviewDecisionAdmin(OfACase):
    """Verdicts at review, with the time the pictures were on the screen."""

    list_display = [
        "decided_at", "case_number", "officer", "choice", "reason", "visible_ms", "state",
    ]  # fmt: skip
    list_select_related = ["case", "officer__user"]
    list_filter = ["choice", "state", ReviewPeriodFilter]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewDecision]:
        """Keep known cases and open disagreements from those who may not know yet."""
        rows = veil.shown_verdicts(super().get_queryset(request), request.user)
        return blindness.open_to(rows, request.user, at=timezone.now(), case="case")

    @admin.display(description=_("reason"), empty_value="–")
    def reason(self, review: ReviewDecision) -> str | None:
        """Return the reason of a rejection in the reader's language."""
        return words.reason(review.rejection_reason) if review.rejection_reason else None


@admin.register(Draft)
class DraftAdmin(OfACase):
    """Drafts: proposed, signed, returned. Their contents are read at the signing desk."""

    list_display = [
        "proposed_at", "case_number", "kind", "proposed_by", "state", "settled_by", "return_reason",
    ]  # fmt: skip
    list_select_related = ["case", "proposed_by__user", "settled_by__user"]
    list_filter = ["kind", "state", DraftPeriodFilter]
    exclude = ["context"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Draft]:
        """Leave out cases this person still judges: a draft tells that they were verified."""
        rows = super().get_queryset(request)
        return blindness.open_to(rows, request.user, at=timezone.now(), case="case")
