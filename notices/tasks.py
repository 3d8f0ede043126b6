"""Thin tasks of the print works: an id comes in, one domain call is made."""

from __future__ import annotations

import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone

from notices import print_lists, printing, production, sending
from notices.channels.configured import channels


@shared_task
def render_notice(notice_id: str) -> None:
    """Make the PDF of one paper."""
    with time_allowed(settings.PAPER_SECONDS):
        production.produce(uuid.UUID(notice_id), at=timezone.now())


@contextmanager
def time_allowed(seconds: float) -> Iterator[None]:
    """Raise SoftTimeLimitExceeded inside the block when it lasts longer, and never outside it.

    The limit of the queue itself also strikes while a worker tells its result: what it was
    telling is then cut off in the middle, and the other workers wait for the rest for ever. Only
    the main thread can be struck; elsewhere there is no limit but the queue's hard one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def strike(_number: int, _frame: object) -> None:
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, strike)
    # Again after as long: a finaliser that was running may have swallowed the first.
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


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
