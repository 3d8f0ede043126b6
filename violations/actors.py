"""Who takes a step: a member of the force, the system itself, or an outside fact told to us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from violations.wording import signature_title

if TYPE_CHECKING:
    from violations.models import Officer


@dataclass(frozen=True)
class Actor:
    """The person or machine that takes a step, with the rights held at this moment.

    ``name`` is printed in the history as it stands now; later renames do not touch it.
    """

    name: str
    permissions: frozenset[str] = frozenset()
    unit_codes: Iterable[str] = frozenset()
    user_id: int | None = None
    officer: Officer | None = field(default=None, compare=False)
    # Titles and delegations by day, read once for the life of this actor, which is one request.
    memory: dict[tuple[str, date], Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_system(self) -> bool:
        """Tell whether no person stands behind this step."""
        return self.user_id is None

    def may(self, permission: str | None) -> bool:
        """Tell whether the actor holds a permission; steps without one are open to the system."""
        if permission is None:
            return self.is_system
        return permission in self.permissions

    def title_on(self, day: date) -> str | None:
        """Return the title held on a day in Viet Nam, None for one who holds none."""
        if self.officer is None:
            return None
        if ("title", day) not in self.memory:
            self.memory["title", day] = self.officer.title_on(day)
        title: str | None = self.memory["title", day]
        return title


SYSTEM = Actor(name="Hệ thống")


def actor_for(user: Any) -> Actor:
    """Read a user's rights afresh from the database.

    Called inside the transaction of a step: an officer whose role was withdrawn a second ago holds
    nothing. An inactive user, or one who is no officer, gets an actor with no rights at all.
    """
    fresh = (
        get_user_model()
        .objects.select_related("officer__unit", "officer__user")
        .filter(pk=user.pk, is_active=True, is_staff=True)
        .first()
    )
    officer: Officer | None = getattr(fresh, "officer", None)
    if fresh is None or officer is None:
        return Actor(name=str(user), user_id=user.pk)
    return Actor(
        name=fresh.full_name,
        permissions=frozenset(fresh.get_all_permissions()),
        unit_codes=officer.unit_codes(),
        user_id=fresh.pk,
        officer=officer,
    )


def afresh(actor: Actor) -> Actor:
    """Read the rights of an actor again, as they are now; the system's do not change."""
    if actor.user_id is None:
        return actor
    return actor_for(get_user_model()(pk=actor.user_id))


def describe(actor: Actor, title: str | None) -> str:
    """Return name and title as the history prints them: in Vietnamese, whatever the screen's."""
    if actor.is_system or not title:
        return actor.name
    return f"{actor.name}, {signature_title(title)}"
