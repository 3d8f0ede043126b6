"""Scan to confirm: the code on a letter, then the number on its envelope; one pair, one letter.

Every scan is written down, right or wrong. The run's row is locked for the moment of a scan, so two
clerks at one run never close one letter twice.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from notices.letter_codes import checks
from notices.models import PaperEvent, PrintRun, PrintRunItem, Scan
from notices.printing import VIET_NAM, locked, note
from notices.tracking import PrintingRefused, check_tracking_number, is_issued, was_used

Result = Scan.Result
WRONG = (
    Result.DOUBLED,
    Result.OTHER_RUN,
    Result.VOID_COPY,
    Result.UNKNOWN,
    Result.BAD_NUMBER,
    Result.OUT_OF_RANGE,
    Result.USED_NUMBER,
)


def digits_of(text: str) -> str:
    """Return what a scanner sent as plain signs: full width folded, marks and spaces dropped.

    A Vietnamese input method may have put marks on letters; the digits it leaves alone.
    """
    folded = unicodedata.normalize("NFKD", text)[:80]
    return re.sub(r"[^0-9A-Za-z]", "", folded).upper()[:40]


def scan(run_id: uuid.UUID, letter: str, number: str, *, by_user: Any, at: datetime) -> Scan:
    """Take one pair of scans at the table of a run and return what came of it.

    A pair that is right closes the letter: it is in its envelope under that number. Anything else
    changes nothing and is written down as what it was. Raises PrintingRefused unless the run is
    printed and open.
    """
    code, tracking = digits_of(letter), digits_of(number)
    with transaction.atomic():
        run = locked(run_id)
        if run.state != PrintRun.State.PRINTED:
            raise PrintingRefused(_not_open(run))
        item = (
            PrintRunItem.objects.select_related("run", "notice").filter(letter_code=code).first()
            if checks(code)
            else None
        )
        result = _judge_letter(run, item) or _judge_number(run, tracking, at)
        if result == Result.MATCHED and item is not None:
            result = _insert(item, tracking, by_user, at)
        return Scan.objects.create(
            run=run,
            item=item,
            letter_code=code,
            tracking_number=tracking,
            result=result,
            at=at,
            by=by_user,
        )


def take_back(run_id: uuid.UUID, item_id: int, *, by_user: Any, at: datetime) -> Scan:
    """Take a letter out of its envelope again (Gỡ): its postal number is free for another letter.

    Raises PrintingRefused when the letter is not closed or the run is no longer open.
    """
    with transaction.atomic():
        run = locked(run_id)
        item = run.items.select_for_update(of=("self",)).filter(pk=item_id).first()
        if run.state != PrintRun.State.PRINTED or item is None or item.inserted_at is None:
            raise PrintingRefused(
                gettext("This letter is not closed; there is nothing to take back.")
            )
        number = item.tracking_number
        item.inserted_at = item.inserted_by = None
        item.tracking_number = ""
        item.save(update_fields=["inserted_at", "inserted_by", "tracking_number"])
        return Scan.objects.create(
            run=run,
            item=item,
            letter_code=item.letter_code,
            tracking_number=number,
            result=Result.TAKEN_BACK,
            at=at,
            by=by_user,
        )


def holds_no_more(item: PrintRunItem) -> bool:
    """Tell whether the paper of a copy was made void or replaced after it was printed."""
    paper = item.notice
    return paper.voided_at is not None or hasattr(paper, "superseded_by")


def _not_open(run: PrintRun) -> str:
    if run.state == PrintRun.State.POSTED:
        return gettext("Run %(code)s is closed; nothing more is scanned into it.") % {
            "code": run.code
        }
    return gettext("Run %(code)s is not marked as printed yet.") % {"code": run.code}


def _judge_letter(run: PrintRun, item: PrintRunItem | None) -> str:
    if item is None:
        return Result.UNKNOWN
    if item.run_id != run.pk:
        return Result.OTHER_RUN
    if item.voided_at is not None or holds_no_more(item):
        return Result.VOID_COPY
    return Result.DOUBLED if item.inserted_at is not None else ""


def _judge_number(run: PrintRun, tracking: str, at: datetime) -> str:
    try:
        check_tracking_number(tracking)
    except PrintingRefused:
        return Result.BAD_NUMBER
    if not is_issued(tracking, run.unit_code, at.astimezone(VIET_NAM).date()):
        return Result.OUT_OF_RANGE
    return Result.USED_NUMBER if was_used(tracking, at) else Result.MATCHED


def _insert(item: PrintRunItem, tracking: str, by_user: Any, at: datetime) -> str:
    item.inserted_at, item.inserted_by, item.tracking_number = at, by_user, tracking
    try:
        with transaction.atomic():
            item.save(update_fields=["inserted_at", "inserted_by", "tracking_number"])
    except IntegrityError:  # another table scanned the same number in this very moment
        return Result.USED_NUMBER
    note(item, PaperEvent.What.INSERTED, by_user, at, tracking_number=tracking)
    return Result.MATCHED


@dataclass(frozen=True)
class Balance:
    """The copies of a run, counted: what was printed is closed, spoiled, or on the table."""

    letters: int
    printed: int
    inserted: int
    spoiled: int
    left: int
    left_out: int
    confirmed: int

    @property
    def difference(self) -> int:
        """Return what the copies and the scans do not agree on; 0 balances."""
        return self.printed - self.spoiled - self.left - self.left_out - self.confirmed

    @property
    def percent(self) -> int:
        """Return the share of letters that lie in their envelopes."""
        return 100 * self.inserted // self.letters if self.letters else 0


def balance(run: PrintRun) -> Balance:
    """Count a run twice: by its copies, and by the scans that closed letters and took them back.

    The two are written by different acts; when they differ, a copy is missing or doubled.
    """
    copies = list(run.items.values_list("voided_at", "inserted_at", "left_out_reason"))
    good = [copy for copy in copies if copy[0] is None]
    results = list(
        Scan.objects.filter(run=run, result__in=[Result.MATCHED, Result.TAKEN_BACK]).values_list(
            "result", flat=True
        )
    )
    inserted = sum(1 for copy in good if copy[1] is not None)
    left_out = sum(1 for copy in good if copy[1] is None and copy[2])
    return Balance(
        letters=len(good),
        printed=len(copies),
        inserted=inserted,
        spoiled=len(copies) - len(good),
        left=len(good) - inserted - left_out,
        left_out=left_out,
        confirmed=results.count(Result.MATCHED) - results.count(Result.TAKEN_BACK),
    )
