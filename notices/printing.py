"""Print runs: freeze a batch of papers, put the print copy together, note that it was printed."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from notices import letter_codes
from notices.merging import MergeError, merge_into
from notices.models import Notice, PaperDelivery, PaperEvent, PrintRun, PrintRunItem
from notices.print_lists import manifest_csv, manifest_pdf, sheets
from notices.print_marks import Mark, marked
from notices.rendering import RenderError
from notices.tracking import PrintingRefused

LARGEST_RUN = 250
CLAIM_LASTS = timedelta(minutes=3)  # above the worker's time limit: a live worker keeps its claim
TOLD_EVERY = 10  # papers between two steps of the progress bar
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


class ClaimLost(Exception):
    """Another worker has taken the run over."""


def waiting(deliveries: QuerySet[PaperDelivery]) -> QuerySet[PaperDelivery]:
    """Keep the letters that wait to be printed: paper made and valid, by post, in no run yet.

    Asked by what is not ready, which is little beside all papers and has its indexes.
    """
    papers = Notice.objects.order_by()
    return (
        deliveries.filter(route=PaperDelivery.Route.POST, state=PaperDelivery.State.WAITING)
        .exclude(notice__in=papers.exclude(rendering=Notice.Rendering.RENDERED).values("pk"))
        .exclude(notice__in=papers.filter(voided_at__isnull=False).values("pk"))
        .exclude(notice__in=papers.filter(supersedes__isnull=False).values("supersedes"))
        .order_by()
    )


def printable(unit_codes: Collection[str]) -> list[Notice]:
    """Return the papers of units that wait to be printed, oldest first."""
    found = waiting(PaperDelivery.objects.filter(unit_code__in=unit_codes))
    return [row.notice for row in found.select_related("notice").order_by("notice__issued_at")]


def prepare_run(
    unit_code: str, notice_ids: Sequence[uuid.UUID], *, by_user: Any, at: datetime
) -> PrintRun:
    """Freeze a batch of papers as one print run; a worker then puts the PDF together.

    Each paper gets its place, in the order of post areas and numbers, and a letter code. Raises
    PrintingRefused for an empty or too large batch, for a paper that is not rendered or no longer
    holds, and for one that already lies in a run (a second clerk was faster).
    """
    if not 1 <= len(set(notice_ids)) <= LARGEST_RUN:
        raise PrintingRefused(
            gettext("Choose between 1 and %(most)d papers for a run.") % {"most": LARGEST_RUN}
        )
    try:
        with transaction.atomic():
            papers = list(
                Notice.objects.select_for_update(of=("self",))
                .filter(pk__in=notice_ids, unit_code=unit_code, rendering="rendered")
                .filter(voided_at__isnull=True)
                .order_by("issued_at", "number")
            )
            if len(papers) != len(set(notice_ids)):
                raise PrintingRefused(
                    gettext("Some of these papers have no PDF yet. Reload the list and try again.")
                )
            deliveries = _take_deliveries(papers)
            papers.sort(key=lambda paper: deliveries[paper.pk].area)  # keeps the order within one
            areas = {deliveries[paper.pk].area for paper in papers}
            run = PrintRun.objects.create(
                code=_next_code(unit_code, at),
                unit_code=unit_code,
                created_by=by_user,
                created_at=at,
                area=areas.pop() if len(areas) == 1 else "",
            )
            PrintRunItem.objects.bulk_create(
                PrintRunItem(
                    run=run,
                    notice=paper,
                    delivery=deliveries[paper.pk],
                    position=position,
                    letter_code=letter_codes.draw(),
                    pages=paper.pages or 0,
                )
                for position, paper in enumerate(papers, start=1)
            )
    except IntegrityError as fault:
        raise PrintingRefused(_taken()) from fault
    return run


def _next_code(unit_code: str, at: datetime) -> str:
    day = at.astimezone(VIET_NAM)
    today = PrintRun.objects.filter(unit_code=unit_code, created_at__date=day.date())
    return f"IN-{unit_code}-{day:%y%m%d}-{today.count() + 1:02d}"


def _take_deliveries(papers: Sequence[Notice]) -> dict[uuid.UUID, PaperDelivery]:
    """Take the waiting postal deliveries of papers that are locked. Raises PrintingRefused."""
    queue = PaperDelivery.objects.filter(
        notice__in=papers, route=PaperDelivery.Route.POST, state=PaperDelivery.State.WAITING
    )
    deliveries = {each.notice_id: each for each in queue}
    if len(deliveries) != len(papers) or queue.update(state="printing") != len(papers):
        raise PrintingRefused(_taken())
    return deliveries


def _taken() -> str:
    return gettext("Another clerk has just taken some of these papers. Reload the list.")


def assemble(run_id: uuid.UUID, *, at: datetime | None = None) -> bool:
    """Put the print copy of a run and its manifest together; returns whether the run is ready.

    The claim is a compare-and-set, so two workers never join one run at once; a killed worker's
    claim runs out and another begins again: the same papers and marks give the same files, so
    nothing is doubled. What the progress bar shows is counted paper by paper. A run that cannot be
    joined is marked with the reason and its papers stay listed in it.
    """
    at = timezone.now() if at is None else at
    open_states = (PrintRun.State.PREPARED, PrintRun.State.FAILED)
    if not PrintRunItem.objects.filter(run=run_id, left_out_reason="").exists():
        return False  # the run was given up
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_LASTS)
    claimed = PrintRun.objects.filter(free, pk=run_id, state__in=open_states).update(
        claimed_at=at, joined=0, fault="", state=PrintRun.State.PREPARED
    )
    run = PrintRun.objects.select_related("created_by").get(pk=run_id)
    if not claimed:
        return run.state not in open_states
    items = list(
        run.items.filter(copy_number=1, left_out_reason="")
        .select_related("notice")
        .order_by("position")
    )
    claim = _Claim(run_id, at)
    store: Any = storages["papers"]
    draft = store.draft()
    try:
        with draft.open("w+b") as target:
            merge_into(target, _copies(run, items, store, claim), duplex=True)
        manifest = manifest_pdf(run, items)
    except ClaimLost:
        draft.unlink()
        return False
    except (MergeError, RenderError, FileNotFoundError) as fault:
        draft.unlink()
        claim.end(state=PrintRun.State.FAILED, fault=str(fault)[:300])
        return False
    return claim.end(
        state=PrintRun.State.READY,
        joined=len(items),
        pdf_sha256=store.adopt(draft),
        manifest_sha256=store.put(manifest),
        pages=sum(item.pages for item in items),
    )


class _Claim:
    """A worker's hold on a run: renewed with each step of progress, lost when another takes it."""

    def __init__(self, run_id: uuid.UUID, at: datetime) -> None:
        self._run_id, self._begun_at, self._held = run_id, at, at
        self._clock = time.monotonic()

    def tell(self, joined: int) -> None:
        """Note how many papers are joined, and renew the claim. Raises ClaimLost."""
        now = self._begun_at + timedelta(seconds=time.monotonic() - self._clock)
        if not self._mine().update(joined=joined, claimed_at=now):
            raise ClaimLost
        self._held = now

    def end(self, **columns: Any) -> bool:
        """Write the outcome, unless another worker has taken the run; returns whether it was."""
        return bool(self._mine().update(claimed_at=None, **columns))

    def _mine(self) -> QuerySet[PrintRun]:
        return PrintRun.objects.filter(
            pk=self._run_id, state=PrintRun.State.PREPARED, claimed_at=self._held
        )


def _copies(
    run: PrintRun, items: Sequence[PrintRunItem], store: Any, claim: _Claim
) -> Iterator[bytes]:
    for place, item in enumerate(items):
        if place % TOLD_EVERY == 0:
            claim.tell(place)
        yield marked(store.read(item.notice.pdf_sha256), mark_of(run, item, len(items)))


def mark_of(run: PrintRun, item: PrintRunItem, letters: int) -> Mark:
    """Return what the sheets of a copy say about themselves."""
    return Mark(run.code, item.position, letters, item.copy_number, item.letter_code)


def left_behind(*, at: datetime, limit: int = 20) -> list[uuid.UUID]:
    """Return the runs that are still to be joined and which no worker is joining."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_LASTS)
    found = PrintRun.objects.filter(free, state=PrintRun.State.PREPARED)
    return list(found.order_by("created_at").values_list("pk", flat=True)[:limit])


def give_up(run_id: uuid.UUID, *, reason: str) -> None:
    """Break a run up before a letter was closed: its papers wait for another run.

    Raises PrintingRefused without a reason, once a letter lies in its envelope, and after posting.
    """
    if not reason.strip():
        raise PrintingRefused(gettext("Say why the run is given up."))
    with transaction.atomic():
        run = locked(run_id)
        items = run.items.filter(voided_at__isnull=True)
        if run.state == PrintRun.State.POSTED or items.filter(inserted_at__isnull=False).exists():
            raise PrintingRefused(
                gettext("Letters of this run are closed already. Close the run, with reasons.")
            )
        send_back(items, reason)
        run.state = PrintRun.State.FAILED
        run.fault = gettext("Given up: %(reason)s") % {"reason": reason.strip()[:200]}
        run.save(update_fields=["state", "fault"])


def send_back(items: QuerySet[PrintRunItem], reason: str) -> None:
    """Leave copies out of their run; their deliveries wait to be printed again."""
    deliveries = list(items.values_list("delivery_id", flat=True))
    items.update(left_out_reason=reason.strip()[:200])
    PaperDelivery.objects.filter(pk__in=deliveries, state="printing").update(
        state=PaperDelivery.State.WAITING
    )


def mark_printed(run_id: uuid.UUID, *, by_user: Any, at: datetime) -> None:
    """Note that a run came out of the printer whole. Raises PrintingRefused unless it is ready."""
    with transaction.atomic():
        run = locked(run_id)
        if run.state != PrintRun.State.READY:
            raise PrintingRefused(gettext("This run is not ready to print."))
        run.state = PrintRun.State.PRINTED
        run.printed_at = at
        run.save(update_fields=["state", "printed_at"])
        for item in run.items.select_related("notice"):
            note(item, PaperEvent.What.PRINTED, by_user, at)


def locked(run_id: uuid.UUID) -> PrintRun:
    """Return a run that is locked until the transaction ends: two clerks take turns."""
    return PrintRun.objects.select_for_update(of=("self",)).get(pk=run_id)


def note(item: PrintRunItem, what: str, by_user: Any, at: datetime, **facts: Any) -> None:
    """Write what happened to a copy into the ledger of its paper."""
    PaperEvent.objects.create(
        notice=item.notice,
        what=what,
        at=at,
        by_name=str(by_user),
        facts={"run": item.run.code, "position": item.position, "copy": item.copy_number} | facts,
    )


__all__ = ["LARGEST_RUN", "PrintingRefused", "manifest_csv", "sheets"]
