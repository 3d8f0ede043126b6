"""Print runs: put papers together, print them once, hand them to the post; the sheets balance."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from notices.merging import MergeError, merge_into
from notices.models import Notice, PaperDelivery, PaperEvent, PrintRun, PrintRunItem
from notices.rendering import RenderError, render

LARGEST_RUN = 250
S10 = re.compile(r"\A([A-Z]{2})(\d{8})(\d)(VN)\Z")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


class PrintingRefused(Exception):
    """A print run may not take this step; the sentence says what to do."""


def check_tracking_number(text: str) -> str:
    """Return a tracking number in its one form. UPU S10: two letters, eight digits, check digit, VN

    Raises PrintingRefused when the shape or the check digit is wrong.
    """
    folded = re.sub(r"[\s.-]", "", text).upper()
    found = S10.match(folded)
    if found is None:
        raise PrintingRefused(
            gettext("A tracking number has two letters, nine digits and VN, as in RR123456785VN.")
        )
    weighted = sum(int(digit) * weight for digit, weight in zip(found[2], S10_WEIGHTS, strict=True))
    if {10: 0, 11: 5}.get(11 - weighted % 11, 11 - weighted % 11) != int(found[3]):
        raise PrintingRefused(gettext("The tracking number does not check; read the label again."))
    return folded


def printable(unit_codes: Any) -> Any:
    """Return the papers that wait to be printed: rendered, meant for the post, in no run yet."""
    waiting = Notice.objects.filter(
        rendering=Notice.Rendering.RENDERED,
        deliveries__route=PaperDelivery.Route.POST,
        deliveries__state=PaperDelivery.State.WAITING,
    )
    return [paper for paper in waiting.order_by("issued_at") if paper.unit_code in unit_codes]


def prepare_run(
    unit_code: str, notice_ids: Sequence[uuid.UUID], *, by_user: Any, at: datetime
) -> PrintRun:
    """Freeze a batch of papers as one print run; a worker then puts the PDF together.

    Raises PrintingRefused for an empty or too large batch, for a paper that is not rendered, and
    for one that already lies in a run (a second clerk was faster).
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
                .order_by("issued_at", "number")
            )
            if len(papers) != len(set(notice_ids)):
                raise PrintingRefused(
                    gettext("Some of these papers have no PDF yet. Reload the list and try again.")
                )
            day = at.astimezone(VIET_NAM)
            today = PrintRun.objects.filter(unit_code=unit_code, created_at__date=day.date())
            run = PrintRun.objects.create(
                code=f"IN-{unit_code}-{day:%y%m%d}-{today.count() + 1:02d}",
                unit_code=unit_code,
                created_by=by_user,
                created_at=at,
            )
            deliveries = _take_deliveries(papers)
            PrintRunItem.objects.bulk_create(
                PrintRunItem(
                    run=run,
                    notice=paper,
                    delivery=deliveries[paper.pk],
                    position=position,
                    pages=paper.pages or 0,
                )
                for position, paper in enumerate(papers, start=1)
            )
    except IntegrityError as fault:
        raise PrintingRefused(_taken()) from fault
    return run


def _take_deliveries(papers: Sequence[Notice]) -> dict[uuid.UUID, PaperDelivery]:
    """Take the waiting postal deliveries of papers that are locked. Raises PrintingRefused."""
    waiting = PaperDelivery.objects.filter(
        notice__in=papers, route=PaperDelivery.Route.POST, state=PaperDelivery.State.WAITING
    )
    deliveries = {each.notice_id: each for each in waiting}
    if len(deliveries) != len(papers):
        raise PrintingRefused(_taken())
    waiting.update(state=PaperDelivery.State.PRINTING)
    return deliveries


def _taken() -> str:
    return gettext("Another clerk has just taken some of these papers. Reload the list.")


def assemble(run_id: uuid.UUID) -> bool:
    """Join the papers of a run into one file and write its manifest; returns whether it is ready.

    Run again after a crash it makes the same files. A run that cannot be joined is marked with the
    reason and its papers stay listed in it.
    """
    run = PrintRun.objects.select_related("created_by").get(pk=run_id)
    if run.state not in (PrintRun.State.PREPARED, PrintRun.State.FAILED):
        return run.state != PrintRun.State.FAILED
    items = list(run.items.select_related("notice").order_by("position"))
    store: Any = storages["papers"]
    joined = store.draft()
    try:
        with joined.open("w+b") as target:
            merge_into(target, (store.read(item.notice.pdf_sha256) for item in items), duplex=True)
        manifest = render("BKIN", _manifest_context(run, items), {}, lookup_code=None).pdf
    except (MergeError, RenderError, FileNotFoundError) as fault:
        PrintRun.objects.filter(pk=run_id).update(
            state=PrintRun.State.FAILED, fault=str(fault)[:300]
        )
        joined.unlink()
        return False
    changed = PrintRun.objects.filter(
        pk=run_id, state__in=[PrintRun.State.PREPARED, PrintRun.State.FAILED]
    ).update(
        state=PrintRun.State.READY,
        fault="",
        pdf_sha256=store.adopt(joined),
        manifest_sha256=store.put(manifest),
        pages=sum(item.pages for item in items),
    )
    return bool(changed)


def mark_printed(run_id: uuid.UUID, *, by_user: Any, at: datetime) -> None:
    """Note that a run came out of the printer whole. Raises PrintingRefused unless it is ready."""
    with transaction.atomic():
        run = PrintRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.state != PrintRun.State.READY:
            raise PrintingRefused(gettext("This run is not ready to print."))
        run.state = PrintRun.State.PRINTED
        run.printed_at = at
        run.save(update_fields=["state", "printed_at"])
        for item in run.items.select_related("notice"):
            _note(item.notice, PaperEvent.What.PRINTED, by_user, at, {"run": run.code})


def hand_over(
    run_id: uuid.UUID, numbers: Mapping[int, str], *, by_user: Any, at: datetime
) -> list[tuple[Notice, str]]:
    """Hand a printed run to the post: every paper with its own tracking number, or none at all.

    ``numbers`` maps the id of an item to what was scanned. Returns each paper with its number, for
    the caller to record in its case. Raises PrintingRefused when one is missing, wrong, doubled or
    used before.
    """
    try:
        with transaction.atomic():
            run = PrintRun.objects.select_for_update(of=("self",)).get(pk=run_id)
            if run.state != PrintRun.State.PRINTED:
                raise PrintingRefused(gettext("Mark the run as printed before handing it over."))
            posted = []
            for item in run.items.select_related("notice").order_by("position"):
                if not numbers.get(item.pk, "").strip():
                    raise PrintingRefused(
                        gettext("Paper %(position)d has no tracking number yet.")
                        % {"position": item.position}
                    )
                item.tracking_number = check_tracking_number(numbers[item.pk])
                item.handed_over_at = at
                item.save(update_fields=["tracking_number", "handed_over_at"])
                PaperDelivery.objects.filter(pk=item.delivery_id).update(
                    state=PaperDelivery.State.SENT, sent_at=at
                )
                facts = {"run": run.code, "tracking_number": item.tracking_number}
                _note(item.notice, PaperEvent.What.POSTED, by_user, at, facts)
                posted.append((item.notice, item.tracking_number))
            run.state = PrintRun.State.POSTED
            run.posted_at = at
            run.save(update_fields=["state", "posted_at"])
    except IntegrityError as fault:
        raise PrintingRefused(
            gettext("A tracking number was used before. Check the label in your hand.")
        ) from fault
    return posted


def manifest_csv(run: PrintRun) -> str:
    """Return the manifest as CSV, for the post: a line a paper, in the order of printing."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["position", "number", "kind", "pages", "sheets", "tracking_number", "sha256"])
    for item in run.items.select_related("notice").order_by("position"):
        writer.writerow(
            [
                item.position,
                item.notice.number_text,
                item.notice.kind,
                item.pages,
                sheets(item.pages),
                item.tracking_number,
                item.notice.pdf_sha256,
            ]
        )
    return text.getvalue()


def sheets(pages: int) -> int:
    """Return the sheets of paper a document takes when printed on both sides."""
    return (pages + 1) // 2


def _manifest_context(run: PrintRun, items: Sequence[PrintRunItem]) -> dict[str, Any]:
    first = items[0].notice.context
    rows = [
        {
            "order": item.position,
            "number": item.notice.number_text,
            "kind": item.notice.kind,
            "recipient": _addressee(item.notice)["name"],
            "area": ", ".join(_addressee(item.notice)["lines"][-2:]),
            "pages": item.pages,
            "sheets": sheets(item.pages),
            "tracking_number": item.tracking_number or None,
            "pdf_sha256": item.notice.pdf_sha256,
        }
        for item in items
    ]
    moment = run.created_at.astimezone(VIET_NAM).replace(microsecond=0).isoformat()
    return {
        "paper_id": str(run.pk),
        "number": run.code,
        "issued_at": moment,
        "draft": False,
        "trial": first["trial"],
        "unit": first["unit"],
        "lookup_base": first["lookup_base"],
        "signature": {
            "capacity": None,
            "head_title": None,
            "title": "Văn thư",
            "name": str(run.created_by),
            "digital": None,
        },
        "recipients": ["Bưu điện", "Lưu: văn thư"],
        "run": {
            "number": run.code,
            "printed_at": moment,
            "operator": str(run.created_by),
            "printer": None,
            "duplex": True,
        },
        "items": rows,
        "totals": {
            "items": len(rows),
            "pages": sum(row["pages"] for row in rows),
            "sheets": sum(row["sheets"] for row in rows),
            "with_tracking": sum(1 for row in rows if row["tracking_number"]),
        },
    }


def _addressee(notice: Notice) -> dict[str, Any]:
    found: dict[str, Any] = notice.context["addressee"]
    return found


def _note(notice: Notice, what: str, by_user: Any, at: datetime, facts: dict[str, Any]) -> None:
    PaperEvent.objects.create(notice=notice, what=what, at=at, by_name=str(by_user), facts=facts)
