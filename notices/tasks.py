"""Thin tasks of the print works: an id comes in, one domain call is made."""

from __future__ import annotations

import uuid

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from notices import print_lists, printing, production, sending
from notices.channels.configured import channels


@shared_task(soft_time_limit=settings.PAPER_SECONDS)
def render_notice(notice_id: str) -> None:
    """Make the PDF of one paper."""
    production.produce(uuid.UUID(notice_id), at=timezone.now())


@shared_task
def sweep_rendering() -> None:
    """Send papers whose task was lost to the workers again."""
    for notice_id in production.left_behind(at=timezone.now()):
        render_notice.delay(str(notice_id))


@shared_task
def assemble_run(run_id: str) -> None:
    """Join the papers of one print run."""
    printing.assemble(uuid.UUID(run_id), at=timezone.now())


@shared_task
def write_hand_over_list(run_id: str) -> None:
    """Make the hand-over list of one closed run."""
    print_lists.write_hand_over_list(uuid.UUID(run_id))


@shared_task
def sweep_print_runs() -> None:
    """Send runs, and lists of closed runs, whose task was lost to the workers again."""
    for run_id in printing.left_behind(at=timezone.now()):
        assemble_run.delay(str(run_id))
    for run_id in print_lists.without_hand_over_list():
        write_hand_over_list.delay(str(run_id))


@shared_task
def send_electronic() -> None:
    """Send what is due electronically by the channels this installation has."""
    at = timezone.now()
    if sending.is_anything_due(at=at):
        with channels() as ways:
            sending.send_due(ways, at=at)


@shared_task
def send_unopened_on_paper() -> None:
    """Begin the letters of papers that nobody opened in time."""
    days = settings.MESSAGES["working_days_to_open"]
    sending.send_unopened_on_paper(working_days=days, at=timezone.now())
