"""Thin tasks of the public side: one domain call each."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.utils import timezone

from citizens import (
    account_codes,
    alerts,
    appointment_reminders,
    citizen_accounts,
    erasure,
    fleets,
    inbox,
    nomination_messages,
    nominations,
    nominee_contacts,
    own_data,
    uploads,
)
from citizens.figures import publishing
from citizens.partners import reach, webhook_sending
from citizens.refunding import send_approved
from citizens.silent_attempts import mop_up
from notices.channels.configured import channels


@shared_task
def mop_up_payments() -> None:
    """Ask the gateway about payments it was silent on."""
    mop_up(at=timezone.now())


@shared_task
def send_inbox_codes() -> None:
    """Send the one-time codes that wait."""
    at = timezone.now()
    if inbox.CODES.waiting(at=at).exists() or account_codes.CODES.waiting(at=at).exists():
        with channels() as ways:
            inbox.CODES.send(ways, at=at)
            account_codes.CODES.send(ways, at=at)


@shared_task
def send_alerts() -> None:
    """Tell owners of watched vehicles what became public."""
    if alerts.due(at=timezone.now()).exists():
        with channels() as ways:
            alerts.send_due(ways, now=timezone.now)


@shared_task
def make_data_copies() -> None:
    """Make the copies of personal data that people asked for."""
    own_data.make_waiting(at=timezone.now())


@shared_task
def tell_people_named() -> None:
    """Tell the people named as drivers, and end what nobody answered in time."""
    at = timezone.now()
    nominations.expire_due(at=at)
    if nomination_messages.waiting_to_send().exists():
        with channels() as ways:
            nomination_messages.send_waiting(ways, at=at)


@shared_task
def remind_of_appointments() -> None:
    """Remind people of tomorrow's appointments, each once."""
    at = timezone.now()
    appointment_reminders.write_due(at=at)
    if appointment_reminders.waiting(at=at).exists():
        with channels() as ways:
            appointment_reminders.send_due(ways, now=timezone.now)


@shared_task(time_limit=600)
def erase_what_was_written() -> None:
    """Erase what people wrote and whom they named once its time is over, a batch at a time."""
    at = timezone.now()
    erasure.erase_due(at=at)
    nominee_contacts.erase_due(at=at)
    nominee_contacts.erase_fleet_rows(at=at)


@shared_task
def send_refunds() -> None:
    """Order the approved refunds at the gateway, each once."""
    send_approved(at=timezone.now())


@shared_task
def forget_expired() -> None:
    """Remove counters, sessions, codes, unsent files and copies of data whose time is over."""
    inbox.forget_unused(at=timezone.now())
    account_codes.forget(at=timezone.now())
    citizen_accounts.forget_sessions(at=timezone.now())
    uploads.forget_unsent(at=timezone.now())
    own_data.forget_expired(at=timezone.now())
    fleets.forget_drafts(at=timezone.now())
    cache.forget_expired()  # type: ignore[attr-defined]  # config.cache.UnloggedTableCache
    SessionStore.clear_expired()


@shared_task
def forget_api_uses() -> None:
    """Remove calls of the partner API that are older than the log keeps them."""
    at = timezone.now()
    reach.forget_old_uses(before=at - timedelta(days=settings.API_USE_DAYS))


@shared_task
def send_webhooks() -> None:
    """Turn new events into messages and send what is due."""
    webhook_sending.run(now=timezone.now)


@shared_task(time_limit=3600)
def publish_figures() -> None:
    """Freeze the figures of every month that has ended and is not published."""
    publishing.freeze_ended(at=timezone.now())
