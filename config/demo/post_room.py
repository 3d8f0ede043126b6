"""The clerk's part of the walkthrough: a run, its files, each letter scanned, the post."""

from __future__ import annotations

from collections.abc import Sequence

from config.demo import journey
from config.demo.seeding import POSTAL_BEGINS
from config.demo.visitor import NotAsExpected, Visitor
from notices.models import Notice, PrintRun, PrintRunItem


def print_and_post(clerk: Visitor, papers: Sequence[Notice]) -> list[tuple[str, bytes]]:
    """Print the papers in one run, scan each letter, hand them over; returns the run's files."""
    page = clerk.open("/can-bo/in/")
    form = page.form("/in/dot/")
    page = clerk.press(page, form, paper=[str(paper.pk) for paper in papers])
    run = PrintRun.objects.filter(items__notice=papers[0]).latest("created_at")
    journey.wait_for(
        "the run to be joined",
        lambda: PrintRun.objects.filter(pk=run.pk, state=PrintRun.State.READY).first(),
    )
    address = f"/can-bo/in/dot/{run.pk}/"
    files = [
        (name, _file(clerk, f"{address}tep/{which}/"))
        for which, name in (("pdf", "dot-in.pdf"), ("bang-ke", "bang-ke.pdf"))
    ]
    page = clerk.open(address)
    clerk.press(page, page.form("da-in"))
    for item in PrintRunItem.objects.filter(run=run).order_by("position"):
        page = clerk.open(f"{address}quet/")
        form = next(each for each in page.forms if each.action.endswith("/quet/"))
        clerk.press(page, form, letter=item.letter_code, number=_next_number(run))
        item.refresh_from_db()
        if item.inserted_at is None:
            raise NotAsExpected(f"letter {item.position} was not closed by its scans")
    page = clerk.open(f"{address}dong/")
    page = clerk.press(page, page.form("/dong/"), receipt="BN-0001 (mẫu)")
    if not PrintRun.objects.filter(pk=run.pk, state=PrintRun.State.POSTED).exists():
        raise NotAsExpected(f"the run was not handed over: {page.text[:400]}")
    journey.wait_for(
        "the hand-over list",
        lambda: PrintRun.objects.filter(pk=run.pk).exclude(handover_sha256="").first(),
    )
    files.append(("bang-ke.csv", clerk.open(f"{address}tep/csv/").body))
    files.append(("ban-giao.pdf", _file(clerk, f"{address}tep/ban-giao/")))
    return files


def _file(clerk: Visitor, address: str) -> bytes:
    got = clerk.open(address)
    if not got.body.startswith(b"%PDF"):
        raise NotAsExpected(f"{address} is no PDF")
    return got.body


def _next_number(run: PrintRun) -> str:
    """Return the next free number of the demonstration's range of this unit."""
    used = PrintRunItem.objects.filter(run__unit_code=run.unit_code).exclude(tracking_number="")
    latest = used.order_by("-tracking_number").values_list("tracking_number", flat=True).first()
    return journey.tracking_number(
        int(latest[2:10]) + 1 if latest else POSTAL_BEGINS[run.unit_code]
    )
