"""Delegations: a head's decision that a deputy signs in his place; added or revoked, no more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from violations import powers
from violations.admin.big_admin import BigAdmin
from violations.guards import day_in_viet_nam
from violations.models import Decision, Delegation, Officer


class DelegationForm(forms.ModelForm):
    """A new delegation, checked against the titles of its first day. Luật XLVPHC Đ54"""

    class Meta:
        model = Delegation
        fields = ["head", "deputy", "number", "signed_on", "scope", "starts_on", "ends_on"]
        labels = {"signed_on": _("Day of signature")}

    def clean(self) -> dict[str, Any]:
        """Refuse what Đ54 forbids, with a sentence: no head, not his deputy, passed on, no period.

        Two delegations of one deputy do not run at once: a decision names one.
        """
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        head, deputy, first = cleaned["head"], cleaned["deputy"], cleaned["starts_on"]
        faults = [
            sentence
            for sentence in (
                _fault_of_persons(head, deputy, first),
                _fault_of_days(cleaned),
                _fault_of_overlap(deputy, first, cleaned["ends_on"]),
            )
            if sentence is not None
        ]
        if faults:
            raise ValidationError(faults)
        return cleaned


class RevocationForm(forms.ModelForm):
    """The day a delegation ends early: from that day on it holds nothing."""

    class Meta:
        model = Delegation
        fields = ["revoked_on"]

    def clean_revoked_on(self) -> date:
        """Refuse no day, a day before it was signed, and one before a decision under it."""
        day: date | None = self.cleaned_data["revoked_on"]
        if day is None:
            raise ValidationError(gettext("Enter the day on which the delegation is revoked."))
        if day < self.instance.signed_on:
            raise ValidationError(gettext("A delegation is not revoked before it was signed."))
        used = Decision.objects.filter(delegation=self.instance, decided_on__gte=day)
        if used.exists():
            raise ValidationError(
                gettext("A decision was signed under it on or after that day; choose a later day.")
            )
        return day


@admin.register(Delegation)
class DelegationAdmin(BigAdmin):
    """Delegations by the head they come from. A standing one can be revoked, and nothing else."""

    is_large = False
    list_display = ["number", "head", "deputy", "starts_on", "ends_on", "revoked_on", "holds_today"]
    list_select_related = ["head__user", "deputy__user"]
    search_fields = ["number__startswith"]
    search_help_text = _("Number of the decision")
    sortable_by = ()
    ordering = ["-starts_on"]
    unit_path = "head__unit__code"

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Ask everything for a new delegation, the day of revocation for a standing one."""
        kwargs["form"] = DelegationForm if obj is None else RevocationForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show everything of a standing delegation."""
        asked = [*DelegationForm.Meta.fields]
        return [*asked, "revoked_on"] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep what was signed: decisions name it for ever."""
        return [*DelegationForm.Meta.fields] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the heads whose power the person may hand on, and the deputies to receive it."""
        if db_field.name in ("head", "deputy"):
            kwargs["queryset"] = _offered(request.user, db_field.name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A revoked delegation stands as it is; a leader revokes only what he gave himself."""
        if obj is not None and obj.revoked_on is not None:
            return False
        if obj is not None and not _administers(request.user):
            return bool(obj.head.user_id == request.user.pk)
        return bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that a decision may rest on is deleted."""
        return False

    @admin.display(description=_("Holds today"), boolean=True)
    def holds_today(self, delegation: Delegation) -> bool:
        """Tell whether the deputy may sign under it today."""
        today = day_in_viet_nam(timezone.now())
        return powers.Delegation(
            "", delegation.starts_on, delegation.ends_on, delegation.revoked_on
        ).in_force(today)


def _administers(user: Any) -> bool:
    """Tell whether the person keeps the list of officers, and so enters delegations for heads."""
    return bool(user.has_perm("violations.change_officer"))


def _offered(user: Any, role: str) -> QuerySet[Officer]:
    """Return the officers a person may enter as ``head`` or ``deputy``, by the titles held today.

    A leader hands on his own power alone: a deputy must not be able to write his own delegation.
    """
    today = day_in_viet_nam(timezone.now())
    codes = [
        title.code
        for title in powers.titles()
        if (title.may_delegate if role == "head" else title.deputy_of)
    ]
    found = Officer.objects.filter(
        Q(titles__until_day__isnull=True) | Q(titles__until_day__gte=today),
        titles__from_day__lte=today,
        titles__title__in=codes,
    ).select_related("user")
    if _administers(user):
        return found.distinct()
    if role == "head":
        return found.filter(user=user).distinct()
    return found.filter(unit__officer__user=user).distinct()


def _fault_of_persons(head: Officer, deputy: Officer, day: date) -> str | None:
    head_title, deputy_title = head.title_on(day) or "", deputy.title_on(day) or ""
    if powers.head_of(head_title):
        return gettext("A deputy cannot pass on what was delegated to him (Đ54 k3).")
    if not powers.may_delegate(head_title):
        return gettext("Who delegates must hold the title of a head on the first day (Đ54 k1).")
    if head.unit_id != deputy.unit_id:
        return gettext("A head delegates to a deputy of his own unit (Đ54 k1).")
    if powers.head_of(deputy_title) != head_title:
        return gettext("A head delegates to his own deputy; this officer is not his (Đ54 k1).")
    return None


def _fault_of_days(cleaned: dict[str, Any]) -> str | None:
    if cleaned["starts_on"] < cleaned["signed_on"]:
        return gettext("A delegation runs from the day it was signed or later (Đ54 k2).")
    if cleaned["ends_on"] < cleaned["starts_on"]:
        return gettext("A delegation ends on its first day or later (Đ54 k2).")
    return None


def _fault_of_overlap(deputy: Officer, first: date, last: date) -> str | None:
    running = Delegation.objects.filter(
        deputy=deputy, starts_on__lte=last, ends_on__gte=first
    ).exclude(revoked_on__lte=first)
    if running.exists():
        return gettext("The deputy already holds a delegation in this period; revoke it first.")
    return None
