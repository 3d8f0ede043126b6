"""The custody log and its chain, for auditors: to be read, never written by hand."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cameras.admin.big import PeriodFilter, ReadOnlyAdmin
from cameras.models import CustodyEvent, CustodyLink


class ActPeriodFilter(PeriodFilter):
    """The last day, week or month of acts."""

    moment = "at"


@admin.register(CustodyEvent)
class CustodyEventAdmin(ReadOnlyAdmin):
    """Who did what to which evidence."""

    list_display = ["id", "at", "action", "actor_name", "short_hash", "reason", "sequence"]
    list_select_related = ["link"]
    list_filter = ["action", ActPeriodFilter]
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "delivery__device__site__unit__code"
    fields = [
        "id", "at", "action", "actor", "actor_name", "delivery", "evidence", "object_sha256",
        "reason", "sequence", "row_hash",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description="SHA-256")
    def short_hash(self, event: CustodyEvent) -> str:
        """Return the beginning of the hash of the bytes concerned."""
        return event.object_sha256[:16]

    @admin.display(description=_("number in the chain"))
    def sequence(self, event: CustodyEvent) -> int | None:
        """Return the place in the chain; a few seconds pass before there is one."""
        link = getattr(event, "link", None)
        return link.sequence if link else None

    @admin.display(description=_("hash"))
    def row_hash(self, event: CustodyEvent) -> str:
        """Return the row's hash in the chain."""
        link = getattr(event, "link", None)
        return bytes(link.row_hash).hex() if link else ""


@admin.register(CustodyLink)
class CustodyLinkAdmin(ReadOnlyAdmin):
    """The chain itself, for comparison with a hash kept elsewhere."""

    list_display = ["sequence", "event", "row_hash_hex"]
    list_select_related = ["event"]
    sortable_by = ()
    ordering = ["-sequence"]
    unit_path = "event__delivery__device__site__unit__code"
    fields = ["sequence", "event", "previous_hash_hex", "row_hash_hex"]
    readonly_fields = fields

    @admin.display(description=_("hash before"))
    def previous_hash_hex(self, link: CustodyLink) -> str:
        """Return the hash of the row before."""
        return bytes(link.previous_hash).hex()

    @admin.display(description=_("hash"))
    def row_hash_hex(self, link: CustodyLink) -> str:
        """Return the row's hash."""
        return bytes(link.row_hash).hex()
