"""The custody log and its chain, for auditors: to be read, never written by hand."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cameras.admin.big import PeriodFilter, ReadOnlyAdmin
from cameras.models import Checkpoint, CustodyEvent, CustodyLink, Rehash, WitnessReceipt


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


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    """The signed states of the log, for comparison with what a witness or a pack holds."""

    list_display = ["size", "made_at", "root_hex", "short_key", "is_stamped"]
    sortable_by = ()
    ordering = ["-size"]
    fields = [
        "size", "previous_size", "made_at", "root_hex", "body", "signature_hex", "key_id",
        "is_stamped",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("Merkle root"))
    def root_hex(self, checkpoint: Checkpoint) -> str:
        """Return the signed root."""
        return bytes(checkpoint.root).hex()

    @admin.display(description=_("key"))
    def short_key(self, checkpoint: Checkpoint) -> str:
        """Return the beginning of the key's id."""
        return checkpoint.key_id[:16]

    @admin.display(description=_("signature"))
    def signature_hex(self, checkpoint: Checkpoint) -> str:
        """Return the signature over the text."""
        return bytes(checkpoint.signature).hex()

    @admin.display(description=_("time stamp (RFC 3161)"), boolean=True)
    def is_stamped(self, checkpoint: Checkpoint) -> bool:
        """Tell whether a time-stamp service answered."""
        return checkpoint.timestamp_token is not None


@admin.register(WitnessReceipt)
class WitnessReceiptAdmin(ReadOnlyAdmin):
    """What outside witnesses answered; a refusal is an alarm."""

    list_display = ["checkpoint", "witness", "accepted", "received_at"]
    list_select_related = ["checkpoint"]
    list_filter = ["accepted", PeriodFilter]
    sortable_by = ()
    ordering = ["-pk"]
    fields = ["checkpoint", "witness", "accepted", "answer", "received_at"]
    readonly_fields = fields


class NightPeriodFilter(PeriodFilter):
    """The last day, week or month of checks."""

    moment = "finished_at"


@admin.register(Rehash)
class RehashAdmin(ReadOnlyAdmin):
    """The nightly comparison of stored bytes with their hashes, one row a batch."""

    list_display = ["id", "finished_at", "checked", "faulty"]
    list_filter = [NightPeriodFilter]
    sortable_by = ()
    ordering = ["-pk"]
    fields = ["id", "started_at", "finished_at", "checked", "faulty", "faults"]
    readonly_fields = fields

    @admin.display(description=_("wrong"))
    def faulty(self, rehash: Rehash) -> int:
        """Return how many objects differed or were missing."""
        return len(rehash.faults)
