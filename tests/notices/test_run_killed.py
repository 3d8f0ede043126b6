"""A print run whose workers and database are killed: no number lost or doubled, nothing missing.

Worker, database and queue are real. Among the papers lies one that takes longer than a worker may
spend on it.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from config.storage import ContentFolder
from tests.kill_support import eventually, let_time_pass
from tests.notices.test_seals_killed import cut_off
from tests.scratch import quick_world, scratch_portal

pytestmark = pytest.mark.gate

HERE = "tests.notices.test_run_killed"
PAPERS, NAMES_NOBODY_READS = 24, 60_000
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
    for order in range(PAPERS):
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


def run_of_all() -> str:
    """Freeze all papers that are made as one run, inside the portal; returns its id."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from notices import printing
    from notices.models import Notice

    papers = Notice.objects.filter(rendering="rendered")
    run = printing.prepare_run(
        papers[0].unit_code,
        [paper.pk for paper in papers],
        by_user=get_user_model().objects.first(),
        at=timezone.now(),
    )
    return str(run.pk)


def text_of(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def test_a_run_survives_killed_workers_and_a_database_that_is_gone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with scratch_portal("run", tmp_path_factory.mktemp("run")) as portal:
        portal.environment["PORTAL_PAPER_SECONDS"] = "5"
        portal.call(HERE, "prepare")
        whole = portal.count("notices_notice") - 1

        def go_on() -> None:
            let_time_pass(portal)
            portal.ensure_worker()
            portal.send("notices.tasks.sweep_rendering")

        go_on()
        eventually(lambda: portal.count(MADE) >= 4, "some papers are made")
        portal.kill("worker")
        go_on()
        eventually(lambda: portal.count(MADE) >= 10, "more papers are made", 120)
        cut_off(portal, allowed=False)
        cut_off(portal, allowed=True)
        portal.kill("worker")
        go_on()
        eventually(lambda: portal.count(MADE) == whole, "all papers but one are made", 180)
        poisoned = "notices_notice WHERE rendering <> 'rendered'"
        told = f"{poisoned} AND render_attempts >= 1 AND render_fault <> ''"
        eventually(lambda: portal.count(told) == portal.count(poisoned) == 1, "it is told why")

        run_id = portal.call(HERE, "run_of_all")
        portal.send("notices.tasks.assemble_run", run_id)
        portal.kill("worker")
        let_time_pass(portal)
        portal.ensure_worker()
        portal.send("notices.tasks.assemble_run", run_id)
        eventually(
            lambda: portal.count("notices_printrun WHERE state = 'ready'") == 1, "the run is ready"
        )

        assert portal.rows(GAPS) == []
        events = "SELECT 1 FROM notices_paperevent GROUP BY notice_id, what HAVING count(*) <> 1"
        assert portal.rows(events) == []
        _compare_files(portal)


def _compare_files(portal: Any) -> None:
    """The manifest lists what the joined file holds, in its order, each paper on its own sheet."""
    store = ContentFolder(str(portal.folder / "papers"))
    ((joined, manifest),) = portal.rows("SELECT pdf_sha256, manifest_sha256 FROM notices_printrun")
    items = portal.rows(
        "SELECT i.pages, n.pdf_sha256 FROM notices_printrunitem i"
        " JOIN notices_notice n ON n.id = i.notice_id ORDER BY i.position"
    )
    pages = text_of(store.read(joined))
    numbers = portal.rows("SELECT number, year FROM notices_notice WHERE rendering = 'rendered'")
    listed = "".join(text_of(store.read(manifest)))
    for count, sha256 in items:
        assert text_of(store.read(sha256)) == pages[:count]
        pages = pages[count + count % 2 :]
    assert pages == []
    found = [int(each) for each in re.findall(r"\b(\d{4})/TB", listed)]
    assert sorted(found) == sorted(number for number, _year in numbers)
