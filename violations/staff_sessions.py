"""Where a member of staff is signed in, and how that ends. The key of a session is never shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext

from violations.actors import actor_for
from violations.guards import Refused
from violations.review_queue import release_all, stand_in_line

ENDED = "session ended: "


def sessions_of(user: Any) -> list[UserSession]:
    """Return the sessions of a person that still stand, the newest first."""
    rows = UserSession.objects.filter(user=user).order_by("-created_at")
    return [session for session in rows if session.exists()]


def end_all(user: Any) -> int:
    """End every session of a person and return how many there were.

    What they held in the review queue goes back at once. Whoever calls in a transaction stands in
    the person's line of the queue first.
    """
    rows = list(UserSession.objects.filter(user=user))
    for session in rows:
        session.end()
    release_of(user)
    return len(rows)


def release_of(user: Any) -> None:
    """Give back what a person holds in the review queue, if they are an officer at all."""
    officer = getattr(user, "officer", None)
    if officer is not None:
        release_all(officer)


def end_session(session_id: int, user: Any, *, reason: str, by: Any, at: datetime) -> None:
    """End one session of another person and write it into the log of the administration.

    What the person holds for review goes back, since no lease knows its session: a page that still
    stands elsewhere takes its next case as after a pause. Raises Refused without the right, without
    a reason, for another unit's person, and for a session that has ended already.
    """
    actor = actor_for(by)
    officer = getattr(user, "officer", None)
    if not actor.may("citizens.change_user"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if officer is None or officer.unit.code not in actor.unit_codes:
        raise Refused(gettext("This person belongs to another unit. Ask its administrator."))
    if not reason.strip():
        raise Refused(gettext("Write the reason."))
    with transaction.atomic():
        stand_in_line(officer.pk)
        session = (
            UserSession.objects.select_for_update(of=("self",))
            .filter(pk=session_id, user=user)
            .first()
        )
        if session is None:
            raise Refused(gettext("This session has ended already."))
        session.end()
        release_all(officer)
        LogEntry.objects.create(
            action_time=at,
            user=by,
            content_type=ContentType.objects.get_for_model(user),
            object_id=str(user.pk),
            object_repr=str(user)[:200],
            action_flag=CHANGE,
            change_message=f"{ENDED}{reason.strip()[:400]}",
        )


def endings_of(user: Any) -> list[LogEntry]:
    """Return the sessions of a person that others ended, the latest first, at most twenty."""
    rows = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(user),
        object_id=str(user.pk),
        change_message__startswith=ENDED,
    )
    return list(rows.select_related("user").order_by("-action_time")[:20])
