"""The list of cases: search by plate or number, filters on top, a chip and a deadline each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.plates import read_plate
from violations import blindness
from violations.admin import words
from violations.admin.access import readable, visible_cases, within_units
from violations.admin.big_admin import ReadOnlyAdmin, cell
from violations.chips import chip_of
from violations.guards import day_in_viet_nam
from violations.models import CaseDeadline, Draft, Lease, Violation

MOST_URGENT = 1_000
# Clocks of the person's own rights: they press the person, not us.
NOT_OURS = ("complaint_due", "lawsuit_due", "lapse")


class StatusFilter(admin.SimpleListFilter):
    """Where a case stands; two of the choices look at the rows beside it."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices in the order of the road."""
        return [
            ("detected", _("Awaits review")),
            ("verified", _("Verified")),
            ("owner_identified", _("Owner known")),
            ("to_sign", _("Awaits signature")),
            ("notified", _("Notice sent")),
            ("recorded", _("Record made")),
            ("decided", _("Decided")),
            ("served", _("Awaits payment")),
            ("overdue", _("Payment overdue")),
            ("closed", _("Closed")),
            ("rejected", _("Rejected")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the cases of the chosen kind."""
        wanted = self.value()
        if wanted == "to_sign":
            return queryset.filter(drafts__state=Draft.State.PROPOSED)
        if wanted == "overdue":
            today = day_in_viet_nam(timezone.now())
            return queryset.filter(status="served", pay_due_on__lt=today)
        known = {value for value, _label in self.lookup_choices}
        return queryset.filter(status=wanted) if wanted in known else queryset


class KindFilter(admin.SimpleListFilter):
    """The kinds of violation decided here."""

    title = _("act")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the kinds."""
        return [(code, words.kind(code)) for code in words.KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one kind."""
        return queryset.filter(violation_type=self.value()) if self.value() else queryset


class DueFilter(admin.SimpleListFilter):
    """Cases with a running clock that ends soon or has ended: the thousand that are most urgent."""

    title = _("deadline")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the periods."""
        return [
            ("late", _("overdue")),
            ("0", _("today")),
            ("3", _("within 3 days")),
            ("7", _("within 7 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the cases one of whose own clocks ends in the chosen period."""
        if self.value() not in {"late", "0", "3", "7"}:
            return queryset
        today = day_in_viet_nam(timezone.now())
        running = CaseDeadline.objects.filter(met_on__isnull=True).exclude(name__in=NOT_OURS)
        if self.value() == "late":
            running = running.filter(due_on__lt=today)
        else:
            until = today + timedelta(days=int(self.value() or 0))
            running = running.filter(due_on__range=(today, until))
        ours = within_units(running, request.user, "unit__code").order_by("due_on")
        # Asked from the clocks, whose index is in the order of urgency; no index is in both orders.
        return queryset.filter(pk__in=ours.values("case_id")[:MOST_URGENT])


@admin.register(Violation)
class CaseAdmin(ReadOnlyAdmin):
    """Cases of the person's units, newest first; each leads to its page."""

    list_display = [
        "number_part", "plate_part", "act", "camera", "recorded", "status_part", "next_clock",
        "officer",
    ]  # fmt: skip
    list_display_links = None
    list_filter = [StatusFilter, KindFilter, DueFilter]
    list_select_related = [
        "detection__device", "detection__device__site", "explanation", "verified_by__user",
    ]  # fmt: skip
    search_fields = ["plate"]
    search_help_text = _("Plate or case number, from its beginning")
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "unit__code"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read what each line shows in the same question."""
        running = (
            CaseDeadline.objects.filter(case=OuterRef("pk"), met_on__isnull=True)
            .exclude(name__in=NOT_OURS)
            .order_by("due_on")
        )
        waiting = Draft.objects.filter(case=OuterRef("pk"), state=Draft.State.PROPOSED)
        now = timezone.now()
        held = Lease.objects.filter(case=OuterRef("pk"), expires_at__gt=now)
        # A line tells where the case stands and who brought it there: not to who still judges it.
        rows = blindness.open_to(admin.ModelAdmin.get_queryset(self, request), request.user, at=now)
        return readable(rows, request.user, self.unit_path).annotate(
            next_due=Subquery(running.values("due_on")[:1]),
            waits_for_signature=Exists(waiting),
            is_held=Exists(held),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the beginning of a case number or of a plate in any spelling."""
        term = search_term.strip().upper()
        if not term:
            return queryset, False
        if term.startswith("VP"):
            return queryset.filter(number__startswith=term), False
        normalised = read_plate(term).normalised
        compact = normalised or "".join(char for char in term if char.isalnum())
        return queryset.filter(plate__startswith=compact), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the page of the case: there is no form for one."""
        # Also one that is shut for this person: its page says so.
        case = get_object_or_404(visible_cases(request.user), pk=object_id)
        return redirect("violations:case", number=case.number)

    @admin.display(description=_("Case file"))
    def number_part(self, case: Violation) -> str:
        """Return the number as a link to the page of the case."""
        return cell("number", {"number": case.number})

    @admin.display(description=_("Plate"))
    def plate_part(self, case: Violation) -> str:
        """Return the plate as a plate."""
        return cell("plate", {"case": case})

    @admin.display(description=_("Offence"))
    def act(self, case: Violation) -> str:
        """Name the act, with the excess for a speed."""
        excess = case.excess_tenths
        more = f" {excess // 10} km/h" if excess is not None else ""
        return words.kind(case.violation_type) + more

    @admin.display(description=_("Camera, place"))
    def camera(self, case: Violation) -> str:
        """Return the device and where it stands."""
        device = case.detection.device
        return cell("camera", {"code": device.code, "place": device.site.name})

    @admin.display(description=_("Recorded at"))
    def recorded(self, case: Violation) -> str:
        """Return the moment of the act in Viet Nam."""
        return f"{timezone.localtime(case.occurred_at):%d/%m/%Y %H:%M}"

    @admin.display(description=_("Status"))
    def status_part(self, case: Any) -> str:
        """Return the chip."""
        explanation = getattr(case, "explanation", None)
        chip = chip_of(
            case.status,
            today=day_in_viet_nam(timezone.now()),
            pay_due_on=case.pay_due_on,
            explain_until=explanation.due_on if explanation and not explanation.waived_at else None,
            waits_for_signature=case.waits_for_signature,
            is_held=case.is_held,
        )
        return cell("status", {"chip": chip})

    @admin.display(description=_("Next deadline"))
    def next_clock(self, case: Any) -> str:
        """Return the end of the nearest clock that presses us, and the days left."""
        today = day_in_viet_nam(timezone.now())
        days = (case.next_due - today).days if case.next_due else None
        return cell("due", {"due_on": case.next_due, "days": days})

    @admin.display(description=_("Officer"))
    def officer(self, case: Violation) -> str:
        """Return who verified the case."""
        return case.verified_by.user.username if case.verified_by else "–"
