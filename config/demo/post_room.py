"""The clerk's part of the walkthrough: a run, its files, tracking numbers, the post."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from config.demo import journey
from config.demo.visitor import NotAsExpected, Visitor
from notices.models import Notice, PrintRun, PrintRunItem


def print_and_post(clerk: Visitor, papers: Sequence[Notice]) -> list[tuple[str, bytes]]:
    """Print the papers in one run and hand them to the post; returns the files of the run."""
    page = clerk.open("/can-bo/in/")
    form = page.form("/in/dot/")
    page = clerk.press(page, form, paper=[str(paper.pk) for paper in papers])
    run = PrintRun.objects.filter(items__notice=papers[0]).latest("created_at")
    journey.wait_for(
        "the run to be joined",
        lambda: PrintRun.objects.filter(pk=run.pk, state=PrintRun.State.READY).first(),
    )
    address = f"/can-bo/in/dot/{run.pk}/"
    files = []
    for which, name in (("pdf", "dot-in.pdf"), ("bang-ke", "bang-ke.pdf"), ("csv", "bang-ke.csv")):
        got = clerk.open(f"{address}tep/{which}/")
        if which != "csv" and not got.body.startswith(b"%PDF"):
            raise NotAsExpected(f"{name} is no PDF")
        files.append((name, got.body))
    page = clerk.open(address)
    clerk.press(page, page.form("da-in"))
    page = clerk.open(address)
    items = PrintRunItem.objects.filter(run=run)
    begin = secrets.randbelow(90_000_000)
    numbers = {
        f"number-{item.pk}": journey.tracking_number(begin + place)
        for place, item in enumerate(items)
    }
    page = clerk.press(page, page.form("ban-giao"), **numbers)
    if not PrintRun.objects.filter(pk=run.pk, state=PrintRun.State.POSTED).exists():
        raise NotAsExpected(f"the run was not handed over: {page.text[:400]}")
    return files
