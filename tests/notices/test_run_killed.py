"""A print run whose workers and database are killed: no number lost or doubled, nothing missing.

Worker, database and queue are real. Among the papers lies one that takes longer than a worker may
spend on it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from config.storage import ContentFolder
from tests.kill_support import eventually, let_time_pass
from tests.notices.test_seals_killed import cut_off
from tests.scratch import quick_world, scratch_portal

HERE = "tests.notices.test_run_killed"
NAMES_NOBODY_READS = 60_000
MADE = "notices_notice WHERE rendering = 'rendered'"
GAPS = (
    "SELECT 1 FROM notices_notice GROUP BY unit_code, kind, year"
    " HAVING count(*) <> max(number) OR count(DISTINCT number) <> count(*)"
)


def prepare() -> None:
    """Issue a stack of papers, the fourth of which is poisoned, inside the portal."""
    from django.db import transaction
    from django.utils import timezone

    from notices import register
    from notices.models import Notice
    from tests.journeys import case_at

    case_at("notified", quick_world())
    first = Notice.objects.get()
    for order in range(int(os.environ["PAPERS"])):
        context = dict(first.context)
        if order == 3:
            context["recipients"] = ["Như trên"] * NAMES_NOBODY_READS
        with transaction.atomic():
            register.issue(
                first.kind,
                unit=register.IssuingUnit(first.unit_code, "CSGT"),
                context=context,
                subject=first.subject,
                images=first.images,
                at=timezone.now(),
                by_name="Lê Quang Minh",
            )


def freeze_runs() -> list[str]:
    """Freeze all papers that are made as runs, inside the portal; returns their ids."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from notices import printing
    from notices.models import Notice

    papers = list(Notice.objects.filter(rendering="rendered").order_by("number"))
    size = printing.LARGEST_RUN
    batches = [papers[start : start + size] for start in range(0, len(papers), size)]
    clerk = get_user_model().objects.first()
    return [
        str(
            printing.prepare_run(
                batch[0].unit_code,
                [paper.pk for paper in batch],
                by_user=clerk,
                at=timezone.now(),
            ).pk
        )
        for batch in batches
    ]


def text_of(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


@pytest.mark.parametrize(
    "papers",
    [pytest.param(12, marks=pytest.mark.gate), pytest.param(1000, marks=pytest.mark.long)],
)
def test_a_run_survives_killed_workers_and_a_database_that_is_gone(
    papers: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with scratch_portal("run", tmp_path_factory.mktemp("run")) as portal:
        portal.environment["PORTAL_PAPER_SECONDS"] = "5"
        portal.call(HERE, "prepare", PAPERS=str(papers))
        whole = portal.count("notices_notice") - 1

        def go_on() -> None:
            let_time_pass(portal)
            portal.ensure_worker()
            portal.send("notices.tasks.sweep_rendering")

        go_on()
        eventually(lambda: portal.count(MADE) >= papers // 6, "some papers are made", 600)
        portal.kill("worker")
        go_on()
        eventually(lambda: portal.count(MADE) >= papers // 3, "more are made", 600)
        cut_off(portal, allowed=False)
        cut_off(portal, allowed=True)
        portal.kill("worker")
        go_on()
        eventually(lambda: portal.count(MADE) == whole, "all but one are made", 3600)
        poisoned = "notices_notice WHERE rendering <> 'rendered'"
        told = f"{poisoned} AND render_attempts >= 1 AND render_fault <> ''"
        eventually(lambda: portal.count(told) == portal.count(poisoned) == 1, "it is told why")

        runs = portal.call(HERE, "freeze_runs")
        portal.send("notices.tasks.assemble_run", runs[0])
        portal.kill("worker")
        let_time_pass(portal)
        portal.ensure_worker()
        for run_id in runs:
            portal.send("notices.tasks.assemble_run", run_id)
        ready = "notices_printrun WHERE state = 'ready'"
        eventually(lambda: portal.count(ready) == len(runs), "the runs are ready", 600)

        assert portal.rows(GAPS) == []
        events = "SELECT 1 FROM notices_paperevent GROUP BY notice_id, what HAVING count(*) <> 1"
        assert portal.rows(events) == []
        for run_id in runs:
            _compare_files(portal, run_id)
        listed = "notices_printrunitem i JOIN notices_notice n ON n.id = i.notice_id"
        assert portal.count(listed) == whole


def _compare_files(portal: Any, run_id: str) -> None:
    """The manifest lists what the joined file holds, in its order, each paper on its own sheet."""
    store = ContentFolder(str(portal.folder / "papers"))
    ((joined, manifest),) = portal.rows(
        f"SELECT pdf_sha256, manifest_sha256 FROM notices_printrun WHERE id = '{run_id}'"
    )
    items = portal.rows(
        "SELECT i.pages, n.pdf_sha256, n.number FROM notices_printrunitem i"
        f" JOIN notices_notice n ON n.id = i.notice_id WHERE i.run_id = '{run_id}'"
        " ORDER BY i.position"
    )
    pages = text_of(store.read(joined))
    for count, sha256, _number in items:
        for printed, original in zip(pages[:count], text_of(store.read(sha256)), strict=True):
            # The print copy says the same; the first page of a sheet has its marks besides.
            assert not Counter("".join(original.split())) - Counter("".join(printed.split()))
        pages = pages[count + count % 2 :]
    assert pages == []
    listed = "".join(text_of(store.read(manifest)))
    found = [int(each) for each in re.findall(r"\b(\d{4})/TB", listed)]
    assert found == [number for _count, _sha256, number in items]
