"""Citizens' accounts, to be read by who checks the portal; each page opened is written down.

Contacts are masked, an identity is the beginning of its keyed digest, and the number itself, which
is sealed, opens on no page of staff. An account is searched for by its own number alone: nobody
looks here for a person.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens.contacts import masked_contact
from citizens.models import (
    AccountEvent,
    AccountLook,
    AccountSession,
    CitizenAccount,
    DataCopy,
    PlateAlert,
    WatchedPlate,
)
from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin

DIGITS_SHOWN = 12


class OfAnAccount(ReadOnlyAdmin):
    """Rows of accounts, found by the account's number. A page that is opened is a look at it."""

    #: What a look at a row is called, "" where a row is no personal data.
    look: ClassVar[str] = ""
    account_field: ClassVar[str] = "account_id"
    search_help_text = _("Number of the account")
    sortable_by = ()
    ordering = ["-pk"]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Ask for the account's number alone."""
        return [f"{self.account_field}__exact"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the whole number of an account; anything else finds nothing."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(**{self.account_field: uuid.UUID(term)}), False
        except ValueError:
            return queryset.none(), False

    @admin.display(description=_("account"))
    def number(self, row: Model) -> str:
        """Return the number of the account, by which its rows are found."""
        return str(getattr(row, self.account_field))

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **options: Any
    ) -> HttpResponse:
        """Show a row, and write down that it was looked at."""
        answer = super().change_view(request, object_id, *args, **options)
        row = self.get_object(request, object_id) if answer.status_code == 200 else None
        if row is not None and self.look:
            self._note(request, row)
        return answer

    def _note(self, request: HttpRequest, row: Model) -> None:
        AccountLook.objects.create(
            account_ref=getattr(row, self.account_field),
            what=self.look,
            actor=request.user,  # type: ignore[misc]  # staff alone come here
            at=timezone.now(),
        )


class MadePeriodFilter(PeriodFilter):
    """The last day, week or month of new accounts."""

    moment = "made_at"


@admin.register(CitizenAccount)
class CitizenAccountAdmin(OfAnAccount):
    """Accounts of citizens and enterprises: how far each is proved, and never whose it is."""

    look = "account"
    account_field = "id"
    list_display = ["number", "made_at", "masked_email", "masked_phone", "level", "identified_at"]
    list_filter = [("identified_at", admin.EmptyFieldListFilter), MadePeriodFilter]
    fields = [
        "number", "made_at", "masked_email", "masked_phone", "level", "identified_at", "provider",
        "person", "alerts_by_email", "alerts_by_sms", "further",
    ]  # fmt: skip
    readonly_fields = [
        "number",
        "masked_email",
        "masked_phone",
        "level",
        "provider",
        "person",
        "further",
    ]

    @admin.display(description=_("e-mail"))
    def masked_email(self, account: CitizenAccount) -> str:
        """Return the address as its owner knows it again."""
        return masked_contact(account.email) if account.email else "–"

    @admin.display(description=_("mobile number"))
    def masked_phone(self, account: CitizenAccount) -> str:
        """Return the last figures of the number."""
        return masked_contact(account.phone) if account.phone else "–"

    @admin.display(description=_("proof of identity"))
    def level(self, account: CitizenAccount) -> str:
        """Return how far it is proved who the holder is."""
        return gettext("level 2") if account.is_identified else gettext("a contact alone")

    @admin.display(description=_("proved by"))
    def provider(self, account: CitizenAccount) -> str:
        """Return who vouched: level 1 proves no person and is refused, so it is always level 2."""
        return gettext("identity provider of this portal") if account.is_identified else "–"

    @admin.display(description=_("person, beginning of the keyed digest"))
    def person(self, account: CitizenAccount) -> str:
        """Return enough of the digest to tell two persons apart; nobody is found by it."""
        if account.person_digest is None:
            return "–"
        return bytes(account.person_digest).hex()[:DIGITS_SHOWN]

    @admin.display(description=_("further"))
    def further(self, account: CitizenAccount) -> str:
        """Return the ways to what belongs to the account, as far as this reader may go them."""
        there = [
            (f"{_list_of(model)}?q={account.pk}", model._meta.verbose_name_plural)
            for model in getattr(account, "open_lists", ())
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', there)

    def get_object(self, request: HttpRequest, *args: Any, **options: Any) -> CitizenAccount | None:
        """Return an account with the lists this reader may go on to."""
        found: Any = super().get_object(request, *args, **options)
        if found is not None:
            found.open_lists = [
                model
                for model in (AccountSession, WatchedPlate, PlateAlert, DataCopy, AccountEvent)
                if self.admin_site.get_model_admin(model).has_view_permission(request)
            ]
        return found


class BeganPeriodFilter(PeriodFilter):
    """The last day, week or month of sessions."""

    moment = "began_at"


@admin.register(AccountSession)
class AccountSessionAdmin(OfAnAccount):
    """Browsers that are or were signed in to accounts."""

    look = "session"
    list_display = ["began_at", "number", "way", "device", "seen_at", "ended_at"]
    list_filter = ["way", BeganPeriodFilter]
    raw_id_fields = ["account"]


class SincePeriodFilter(PeriodFilter):
    """The last day, week or month of vehicles."""

    moment = "since"


@admin.register(WatchedPlate)
class WatchedPlateAdmin(OfAnAccount):
    """Vehicles whose owners are told of new cases, and by which proof they are the owners."""

    look = "vehicle"
    list_display = ["since", "number", "plate_display", "proof", "ended_at", "end_reason"]
    list_filter = ["proof", SincePeriodFilter]
    raw_id_fields = ["account"]
    exclude = ["owner_digest", "plate"]


class WrittenPeriodFilter(PeriodFilter):
    """The last day, week or month of alerts."""

    moment = "written_at"


@admin.register(PlateAlert)
class PlateAlertAdmin(OfAnAccount):
    """What owners of watched vehicles were told, and by which ways."""

    look = "alert"
    list_display = ["written_at", "number", "state", "told_at", "email_sent_at", "sms_sent_at"]
    list_filter = ["state", WrittenPeriodFilter]
    raw_id_fields = ["account", "watch", "case"]


class AskedPeriodFilter(PeriodFilter):
    """The last day, week or month of copies."""

    moment = "asked_at"


@admin.register(DataCopy)
class DataCopyAdmin(OfAnAccount):
    """Copies of personal data that wait to be taken; what is in them is the person's alone."""

    look = "copy"
    list_display = ["asked_at", "number", "language", "made_at", "expires_at"]
    list_filter = [AskedPeriodFilter]
    raw_id_fields = ["account"]
    exclude = ["sealed"]


class LookedPeriodFilter(PeriodFilter):
    """The last day, week or month of events and looks."""

    moment = "at"


@admin.register(AccountEvent)
class AccountEventAdmin(OfAnAccount):
    """What was done with accounts, also with those that are deleted; nothing here names anybody."""

    account_field = "account_ref"
    list_display = ["at", "number", "what"]
    list_filter = ["what", LookedPeriodFilter]


@admin.register(AccountLook)
class AccountLookAdmin(OfAnAccount):
    """Which member of staff looked at which account."""

    account_field = "account_ref"
    list_display = ["at", "number", "what", "actor"]
    list_select_related = ["actor"]
    list_filter = ["what", LookedPeriodFilter]


def _list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
