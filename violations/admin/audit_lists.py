"""Lists of what is checked: second looks, samples, signing, recalls, people. Read only.

Supervisors read totals on their own pages. Who answered what on which known case is the auditor's
alone: a supervisor who knew it could tell an officer which cases are known.
"""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin, cell
from violations.admin.history_admin import OfACase
from violations.models import (
    AuditSample,
    CameraPause,
    EmergencyAccess,
    FactorRecovery,
    KnownAnswer,
    KnownCase,
    PaperSignature,
    Recall,
    RecallItem,
    ReviewPostponement,
    RightsChange,
    SamplingChange,
    SecondLook,
    SessionDocument,
    SigningBatch,
    SigningItem,
    StageCapacity,
)


def period(field: str) -> type[PeriodFilter]:
    """Return a filter for the last day, week or month of a moment."""
    return type(f"PeriodOf{field.title()}", (PeriodFilter,), {"moment": field})


class Listed(ReadOnlyAdmin):
    """A list whose newest rows stand on top, with nothing to sort or search by chance."""

    sortable_by = ()
    ordering = ["-pk"]


@admin.register(SecondLook)
class SecondLookAdmin(OfACase):
    """Second looks: why each was asked for, what was found, how a disagreement was settled."""

    list_display = [
        "asked_at", "case_number", "ground", "is_blind", "looked_by", "agrees",
        "adjudicated_by", "upholds",
    ]  # fmt: skip
    list_select_related = ["case", "looked_by__user", "adjudicated_by__user"]
    list_filter = ["ground", "agrees", period("asked_at")]
    raw_id_fields = ["case", "first_review", "review"]


@admin.register(ReviewPostponement)
class ReviewPostponementAdmin(OfACase):
    """Cases officers put off, with the reason."""

    list_display = ["postponed_at", "case_number", "officer", "role", "reason", "note", "until_at"]
    list_select_related = ["case", "officer__user"]
    list_filter = ["reason", period("postponed_at")]


@admin.register(SessionDocument)
class SessionDocumentAdmin(OfACase):
    """What persons handed in, by the hash of the kept file."""

    list_display = ["received_at", "case_number", "kind", "received_by", "sha256", "size"]
    list_select_related = ["case", "received_by__user"]
    list_filter = ["kind", period("received_at")]


@admin.register(RecallItem)
class RecallItemAdmin(OfACase):
    """The cases of recalls: what was planned and what was done."""

    list_display = ["recall", "case_number", "status_before", "plan", "refund_vnd", "state"]
    list_select_related = ["case", "recall"]
    list_filter = ["state"]
    search_fields = ["case__number__exact", "recall__number__exact"]


@admin.register(KnownCase)
class KnownCaseAdmin(OfACase):
    """Cases with a known answer, shown again to measure accuracy."""

    list_display = ["chosen_at", "case_number", "choice", "basis", "chosen_by", "retires_on"]
    list_select_related = ["case", "chosen_by__user"]
    list_filter = ["choice"]


@admin.register(KnownAnswer)
class KnownAnswerAdmin(Listed):
    """What officers answered on cases with a known answer."""

    list_display = ["answered_at", "case_number", "officer", "is_right", "wrong_in"]
    list_display_links = None
    list_select_related = ["known_case__case", "officer__user"]
    list_filter = ["is_right", period("answered_at")]
    search_fields = ["known_case__case__number__exact", "officer__badge__exact"]
    search_help_text = _("Case number or badge")
    unit_path = "known_case__case__unit__code"
    raw_id_fields = ["known_case", "review"]

    @admin.display(description=_("Case file"))
    def case_number(self, row: KnownAnswer) -> str:
        """Return the number of the case as a link."""
        return cell("number", {"number": row.known_case.case.number})


@admin.register(SamplingChange)
class SamplingChangeAdmin(Listed):
    """Every change of how much is looked at again."""

    list_display = [
        "changed_at", "unit", "officer", "stratum", "per_mille", "reason", "changed_by",
    ]  # fmt: skip
    list_select_related = ["unit", "officer__user", "changed_by__user"]
    list_filter = [period("changed_at")]
    unit_path = "unit__code"


@admin.register(StageCapacity)
class StageCapacityAdmin(Listed):
    """How many cases a unit takes through a stage in a working day."""

    list_display = ["unit", "stage", "per_day", "set_by", "set_at"]
    list_select_related = ["unit", "set_by__user"]
    unit_path = "unit__code"


@admin.register(CameraPause)
class CameraPauseAdmin(Listed):
    """Cameras held back, by whom and until when."""

    list_display = ["paused_at", "device", "reason", "paused_by", "review_at", "resumed_at"]
    list_select_related = ["device", "paused_by__user"]
    list_filter = [period("paused_at")]
    search_fields = ["device__code__exact"]
    search_help_text = _("Code of a device")
    unit_path = "device__site__unit__code"


@admin.register(SigningBatch)
class SigningBatchAdmin(Listed):
    """Batches leaders signed."""

    list_display = ["number", "unit", "leader", "state", "opened_at", "proved_at", "closed_at"]
    list_select_related = ["unit", "leader__user"]
    list_filter = ["state", period("opened_at")]
    search_fields = ["number__exact"]
    search_help_text = _("Number of the batch")
    unit_path = "unit__code"


@admin.register(SigningItem)
class SigningItemAdmin(Listed):
    """Papers of batches: which had to be opened, and what became of each."""

    list_display = ["batch", "position", "case_number", "duty", "opened_at", "outcome", "refusal"]
    list_select_related = ["batch", "draft__case"]
    list_filter = ["outcome", "duty"]
    search_fields = ["batch__number__exact", "draft__case__number__exact"]
    search_help_text = _("Number of the batch or the case")
    unit_path = "batch__unit__code"
    raw_id_fields = ["draft"]

    @admin.display(description=_("Case file"))
    def case_number(self, row: SigningItem) -> str:
        """Return the number of the case as a link."""
        return cell("number", {"number": row.draft.case.number})


@admin.register(Recall)
class RecallAdmin(Listed):
    """Recalls of faulty cameras: proposed, approved by another, run."""

    list_display = [
        "number", "unit", "from_at", "until_at", "defect", "state", "proposed_by", "settled_by",
    ]  # fmt: skip
    list_select_related = ["unit", "proposed_by__user", "settled_by__user"]
    list_filter = ["state", "defect"]
    search_fields = ["number__exact"]
    search_help_text = _("Number of the recall")
    unit_path = "unit__code"


@admin.register(PaperSignature)
class PaperSignatureAdmin(Listed):
    """How persons signed papers, or that they refused."""

    list_display = ["signed_at", "notice", "signer", "manner", "taken_by", "sha256"]
    list_select_related = ["notice", "taken_by__user"]
    list_filter = ["signer", "manner", period("signed_at")]
    unit_path = "notice__unit_code"


@admin.register(RightsChange)
class RightsChangeAdmin(Listed):
    """Every change of what a person may do, as the database wrote it."""

    list_display = ["at", "user", "what", "named", "changed_by", "reason"]
    list_select_related = ["user", "changed_by"]
    list_filter = ["what", period("at")]
    search_fields = ["user__username__exact", "changed_by__username__exact"]
    search_help_text = _("User name")
    unit_path = "user__officer__unit__code"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RightsChange]:
        """Add what concerns accounts with all power, of any unit: their power knows none."""
        rows: QuerySet[RightsChange] = super().get_queryset(request)
        if not request.user.has_perm("violations.view_accessentry"):
            return rows
        every = admin.ModelAdmin.get_queryset(self, request)
        return every.filter(Q(pk__in=rows.values("pk")) | Q(user__is_superuser=True))

    @admin.display(description=_("detail"), empty_value="–")
    def named(self, row: RightsChange) -> str | None:
        """Return the detail; a role by its name in the reader's language."""
        is_role = row.what in (RightsChange.What.GRANTED, RightsChange.What.WITHDRAWN)
        return (gettext(row.detail) if is_role and row.detail else row.detail) or None


@admin.register(FactorRecovery)
class FactorRecoveryAdmin(Listed):
    """Lost authenticators: who asked, how identity was proved, who approved."""

    list_display = ["asked_at", "user", "reason", "asked_by", "state", "settled_by", "settled_at"]
    list_select_related = ["user", "asked_by", "settled_by"]
    list_filter = ["state", period("asked_at")]
    search_fields = ["user__username__exact"]
    search_help_text = _("User name")
    unit_path = "user__officer__unit__code"


@admin.register(EmergencyAccess)
class EmergencyAccessAdmin(Listed):
    """Looks into other units in an emergency, and who noted them with what finding."""

    list_display = [
        "opened_at", "user", "unit", "reason", "ends_at", "ended_at", "noted_by", "finding",
    ]  # fmt: skip
    list_select_related = ["user", "unit", "noted_by"]
    list_filter = [period("opened_at")]
    search_fields = ["user__username__exact"]
    search_help_text = _("User name")
    unit_path = "unit__code"


@admin.register(AuditSample)
class AuditSampleAdmin(Listed):
    """Random samples drawn, with the seed that draws each again."""

    list_display = ["taken_at", "taken_by", "size", "population_size", "seed", "export_sha256"]
    list_select_related = ["taken_by"]
    search_fields = ["export_sha256__exact", "seed__exact"]
    search_help_text = _("SHA-256 of an export, or a seed")
