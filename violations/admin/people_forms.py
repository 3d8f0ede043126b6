"""What an administrator fills in for a joiner, a mover, a leaver or a lost authenticator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit
from violations.admin.case_forms import DayInput
from violations.models import Officer, OfficerTitle
from violations.roles import ROLES


def units_of(user: Any) -> Any:
    """Return the units whose people an administrator manages."""
    codes = [
        code for code in Unit.objects.values_list("code", flat=True) if code in user.unit_codes
    ]
    return Unit.objects.filter(code__in=codes).order_by("code")


class PeopleForm(forms.Form):
    """A form of an act on a person: it gives its reason last, and names its fields in its errors.

    ``name`` keeps the ids of several forms on one page apart.
    """

    name = "act"

    def __init__(self, *args: Any, by: Any, officer: Officer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.name}_%s", **kwargs)
        self.by, self.officer = by, officer
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=400,
            help_text=_("Stands in the history of rights: the paper or event it rests on."),
        )
        if "unit" in self.fields:
            self.fields["unit"].queryset = units_of(by)  # type: ignore[attr-defined]
        if "roles" in self.fields:
            self.fields["roles"].choices = [  # type: ignore[attr-defined]
                (role, gettext(role)) for role in ROLES
            ]
        for field in self.fields.values():
            field.error_messages["required"] = gettext("Fill in “%(field)s”.") % {
                "field": field.label
            }


def _roles() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Administrators and auditors hold no other role."),
    )


def _title() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Title"), choices=OfficerTitle._meta.get_field("title").choices
    )


class JoinForm(PeopleForm):
    """A new member of staff: account, unit, badge, title and roles at once."""

    name = "join"
    username = forms.CharField(label=_("User name"), max_length=150)
    full_name = forms.CharField(label=_("Full name"), max_length=120)
    badge = forms.CharField(label=_("Badge number"), max_length=20)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    title = _title()
    title_from = forms.DateField(label=_("Title held since"), widget=DayInput())
    roles = _roles()


class MoveForm(PeopleForm):
    """Another unit, another title, or both."""

    name = "move"
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    title = _title()
    on = forms.DateField(label=_("Takes effect on"), widget=DayInput())


class RolesForm(PeopleForm):
    """The roles a person holds from now on."""

    name = "roles"
    roles = _roles()


class LeaveForm(PeopleForm):
    """The person leaves; the account is closed."""

    name = "leave"


class ReopenForm(PeopleForm):
    """The person returns; the account is opened again."""

    name = "reopen"
    title = _title()
    title_from = forms.DateField(label=_("Title held since"), widget=DayInput())
    roles = _roles()


class NameForm(PeopleForm):
    """A name written wrongly."""

    name = "rename"
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        help_text=_("Papers already issued keep the name they were signed in."),
    )


class RecoveryForm(PeopleForm):
    """A lost authenticator: how the person proved who they are."""

    name = "recovery"
    identity_checked = forms.CharField(
        label=_("How the person proved who they are"),
        max_length=400,
        help_text=_("In person with the service card, or by a call back to the number on file."),
    )
