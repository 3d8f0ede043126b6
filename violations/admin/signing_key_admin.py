"""Keys that sign papers: whose, where, and until when; to be read. The command changes them."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.models import SigningKey
from notices.signing_keys import WARN_BEFORE
from violations.admin.big_admin import ReadOnlyAdmin


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    """The public half of every key; which ones are near their end is said in words."""

    list_display = [
        "kid", "unit_code", "subject", "state", "valid_until", "purpose",
    ]  # fmt: skip
    list_filter = ["purpose"]
    search_fields = ["kid__startswith", "unit_code__exact"]
    search_help_text = _("Short name of the key, or code of the unit")
    sortable_by = ()
    ordering = ["-registered_at"]
    unit_path = "unit_code"
    fields = [
        "kid", "purpose", "unit_code", "subject", "place", "valid_from", "valid_until",
        "registered_by_name", "registered_at", "retired_at", "retire_reason", "certificate",
        "public_key",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("state"))
    def state(self, key: SigningKey) -> str:
        """Say whether the key is in use, and whether its end is near."""
        now = timezone.now()
        if key.retired_at is not None:
            return gettext("retired")
        if key.valid_until <= now:
            return gettext("expired")
        if key.valid_until < now + WARN_BEFORE:
            return gettext("in use, expires soon")
        return gettext("in use")
