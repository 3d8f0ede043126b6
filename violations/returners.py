"""A closed account opened again, and a name written wrongly corrected: each with its reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.translation import gettext

from violations import staff_sessions
from violations.guards import Refused, day_in_viet_nam
from violations.models import Officer, OfficerTitle
from violations.staffing import acting_as, groups_of, locked, temporary_password, worded


def reopen(
    officer_id: int,
    *,
    title: str,
    title_from: date,
    roles: Collection[str],
    reason: str,
    by: Any,
    at: datetime,
) -> tuple[Officer, str]:
    """Open the closed account of an officer who returns; return it with a temporary password.

    Title and roles are given anew, and so is the second factor: what was left of the old one is
    deleted. The person is the same as before, so nobody looks again at what they once decided.
    Raises Refused for an account that is open, and for a title that begins before the last ended.
    """
    said = worded(reason)
    password = temporary_password()
    with acting_as(by, said):
        officer = locked(officer_id, by)
        user = officer.user
        if user.is_active:
            raise Refused(gettext("This account is open."))
        groups = groups_of(roles)
        last = officer.titles.aggregate(day=Max("until_day"))["day"]
        if last is not None and title_from <= last:
            raise Refused(gettext("The last title ended on that day or later; choose a later day."))
        if title_from > day_in_viet_nam(at) + timedelta(days=1):
            raise Refused(gettext("Open the account on the day of the return, not before."))
        Authenticator.objects.filter(user=user).delete()
        staff_sessions.end_all(user)
        user.set_password(password)
        user.is_active = True
        user.save(update_fields=["is_active", "password"])
        user.groups.set(groups)
        OfficerTitle.objects.create(officer=officer, title=title, from_day=title_from)
    return officer, password


def correct_name(officer_id: int, *, full_name: str, reason: str, by: Any) -> None:
    """Correct a person's name; the history of rights keeps the old one beside the new.

    Papers already issued, and steps already taken, stand under the name they were done in. Raises
    Refused for a name that is empty, too long, or the one held.
    """
    said = worded(reason)
    name = " ".join(full_name.replace("\x00", "").split())
    if not name:
        raise Refused(gettext("Write the name."))
    with acting_as(by, said):
        user = locked(officer_id, by).user
        if name == user.full_name:
            raise Refused(gettext("This is the name the account bears already."))
        user.full_name = name
        try:
            user.clean_fields(exclude={f.name for f in user._meta.fields} - {"full_name"})
        except ValidationError as fault:
            raise Refused(fault.messages) from None
        user.save(update_fields=["full_name"])


def with_all_power() -> QuerySet[Any]:
    """Return the accounts that hold every right everywhere, those in use first.

    They are made outside these pages, and stand above the roles: so whoever checks must see them.
    """
    return (
        get_user_model()
        .objects.filter(is_superuser=True)
        .select_related("officer__unit")
        .order_by("-is_active", "username")
    )
