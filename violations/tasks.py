"""Thin tasks: parse an id, make one domain call. Rows are the truth; sweeps find what was lost."""

from __future__ import annotations

import uuid

from celery import shared_task
from django.utils import timezone

from violations import (
    accuracy_watch,
    cautions,
    dispatch,
    intake,
    licences,
    ownership,
    recall_job,
    review,
    sweeps,
)


@shared_task
def claim_detections() -> None:
    """Open a case for every free detection."""
    intake.claim_all(at=timezone.now())


@shared_task
def finalise_review(review_id: int) -> None:
    """Make one verdict final and, if it verified, ask the register who owns the vehicle."""
    if review.finalise(review_id, at=timezone.now()):
        ownership.ask_for_review(review_id, now=timezone.now)


@shared_task
def finalise_reviews() -> None:
    """Make every verdict final whose time to undo is over."""
    review.finalise_due(at=timezone.now())
    sweep_owners()


@shared_task
def sweep_owners() -> None:
    """Ask the register about every verified case that has no owner yet."""
    ownership.ask_for_all(now=timezone.now)


@shared_task
def identify_owner(case_id: str) -> None:
    """Ask the register about one case."""
    ownership.ask(uuid.UUID(case_id), now=timezone.now)


@shared_task
def daily_sweep() -> None:
    """Take the steps that the passing of time takes."""
    sweeps.daily(at=timezone.now())
    licences.deduct_missed(at=timezone.now())


@shared_task
def close_paid() -> None:
    """Close what is executed: money all here though the closing broke off, a warning served."""
    sweeps.close_paid(at=timezone.now())
    cautions.execute_served_warnings(at=timezone.now())


@shared_task
def send_agency_messages() -> None:
    """Send the messages to other agencies that are due."""
    dispatch.drain(now=timezone.now)


@shared_task
def raise_sampling() -> None:
    """Look at more of an officer's verdicts where accuracy fell."""
    accuracy_watch.raise_everywhere(at=timezone.now())


@shared_task
def run_recall(recall_id: int) -> None:
    """Go on with one recall until no case of it waits."""
    recall_job.run(recall_id, now=timezone.now)


@shared_task
def run_recalls() -> None:
    """Go on with the recalls that a crash has left in the middle."""
    recall_job.run_all(now=timezone.now)
