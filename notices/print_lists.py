"""The lists that go with a run: its manifest (PDF and CSV) and the hand-over list of the post."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import storages

from notices.merging import merge
from notices.models import Notice, PrintRun, PrintRunItem
from notices.rendering import render

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
HAND_OVER_COPIES = 2  # one for the post, one for the file
COLUMNS = (
    "position",
    "number",
    "kind",
    "recipient",
    "ward",
    "pages",
    "sheets",
    "copy",
    "letter_code",
    "tracking_number",
    "left_out",
    "sha256",
)


def manifest_pdf(run: PrintRun, items: Sequence[PrintRunItem]) -> bytes:
    """Return the manifest of a run: what the joined file holds, in its order."""
    return render("BKIN", _context(run, items), {}, lookup_code=None).pdf


def write_hand_over_list(run_id: uuid.UUID) -> bool:
    """Make the hand-over list of a closed run, in two copies; returns whether this call made it.

    Called by a worker after the run was closed, and again if that worker was lost.
    """
    run = PrintRun.objects.select_related("created_by", "closed_by").get(pk=run_id)
    if run.state != PrintRun.State.POSTED or run.handover_sha256:
        return False
    items = list(
        run.items.filter(handed_over_at__isnull=False).select_related("notice").order_by("position")
    )
    pdf = render("BKIN", _context(run, items, receipt=run.post_receipt), {}, lookup_code=None).pdf
    store: Any = storages["papers"]
    joined = store.put(merge([pdf] * HAND_OVER_COPIES, duplex=True))
    return bool(
        PrintRun.objects.filter(pk=run_id, handover_sha256="").update(handover_sha256=joined)
    )


def without_hand_over_list(limit: int = 20) -> list[uuid.UUID]:
    """Return the closed runs whose hand-over list is still to be made."""
    closed = PrintRun.objects.filter(state=PrintRun.State.POSTED, handover_sha256="")
    return list(closed.exclude(post_receipt="").values_list("pk", flat=True)[:limit])


def manifest_csv(run: PrintRun) -> str:
    """Return the manifest as CSV, for the post: a line a letter, in the order of printing.

    A text that a spreadsheet would take for a formula is led by an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    good = run.items.filter(voided_at__isnull=True).select_related("notice", "delivery")
    for item in good.order_by("position"):
        writer.writerow(
            [
                item.position,
                item.notice.number_text,
                item.notice.kind,
                _plain(_addressee(item.notice)["name"]),
                _plain(item.delivery.area if item.delivery else ""),
                item.pages,
                sheets(item.pages),
                item.copy_number,
                item.letter_code,
                item.tracking_number,
                _plain(item.left_out_reason),
                item.notice.pdf_sha256,
            ]
        )
    return text.getvalue()


def sheets(pages: int) -> int:
    """Return the sheets of paper a document takes when printed on both sides."""
    return (pages + 1) // 2


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _context(
    run: PrintRun, items: Sequence[PrintRunItem], *, receipt: str | None = None
) -> dict[str, Any]:
    first = items[0].notice.context
    operator = run.closed_by if receipt else run.created_by
    rows = [
        {
            # The hand-over list may leave places out; each list counts its own lines.
            "order": order if receipt else item.position,
            "number": item.notice.number_text,
            "kind": item.notice.kind,
            "recipient": _addressee(item.notice)["name"],
            "area": ", ".join(_addressee(item.notice)["lines"][-2:]),
            "pages": item.pages,
            "sheets": sheets(item.pages),
            "tracking_number": item.tracking_number or None,
            "pdf_sha256": item.notice.pdf_sha256,
        }
        for order, item in enumerate(items, start=1)
    ]
    moment = (run.posted_at if receipt else None) or run.created_at
    written = moment.astimezone(VIET_NAM).replace(microsecond=0).isoformat()
    return {
        "paper_id": str(run.pk),
        "number": run.code,
        "issued_at": written,
        "draft": False,
        "trial": first["trial"],
        "unit": first["unit"],
        "lookup_base": first["lookup_base"],
        "signature": {
            "capacity": None,
            "head_title": None,
            "title": "Văn thư",
            "name": str(operator),
            "digital": None,
        },
        "recipients": ["Bưu điện", "Lưu: văn thư"],
        "run": {
            "number": run.code,
            "printed_at": written,
            "operator": str(operator),
            "printer": None,
            "duplex": True,
            "receipt": receipt or None,
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
