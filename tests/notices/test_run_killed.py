"""A print run whose workers and database server are killed: no number lost or doubled.

Worker, queue and server are real processes, and each is ended with SIGKILL while papers are issued,
made, frozen into runs and joined. Among the papers lies one that takes longer than a worker may
spend on it.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import Any

import psycopg
import pytest
from pypdf import PdfReader

from config.storage import ContentFolder
from tests.kill_support import eventually, let_time_pass, somebody_waits
from tests.own_server import OwnServer, portal_on_its_own_server
from tests.scratch import ScratchPortal, quick_world

HERE = "tests.notices.test_run_killed"
NAMES_NOBODY_READS = 300_000
POISONED = 3  # the place of the paper nobody can make among those issued
MADE = "notices_notice WHERE rendering = 'rendered'"
WAITING_FOR_THE_POST = "notices_paperdelivery WHERE state = 'waiting'"
GAPS = (
    "SELECT 1 FROM notices_notice GROUP BY unit_code, kind, year"
    " HAVING count(*) <> max(number) OR count(DISTINCT number) <> count(*)"
)
TWICE = "SELECT 1 FROM notices_paperevent GROUP BY notice_id, what HAVING count(*) <> 1"


# ---- inside the portal ----


def prepare() -> None:
    """Make people, law, cameras and one signed notice, inside the portal."""
    from tests.journeys import case_at

    case_at("notified", quick_world())


def issue_papers() -> None:
    """Issue papers until there are so many; the fourth is poisoned, inside the portal."""
    from django.db import transaction
    from django.utils import timezone

    from notices import register
    from notices.models import Notice

    first = Notice.objects.earliest("issued_at")
    for order in range(Notice.objects.count(), int(os.environ["PAPERS"])):
        context = dict(first.context)
        if order == POISONED:
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


def freeze_runs() -> None:
    """Freeze so many runs of the papers that wait to be printed, inside the portal."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from notices import printing
    from notices.models import PaperDelivery

    clerk, size = get_user_model().objects.first(), int(os.environ["LETTERS"])
    for _ in range(int(os.environ["RUNS"])):
        letters = printing.waiting(PaperDelivery.objects.all()).select_related("notice")
        batch = [letter.notice for letter in letters.order_by("notice__number")[:size]]
        if batch:
            printing.prepare_run(
                batch[0].unit_code,
                [paper.pk for paper in batch],
                by_user=clerk,
                at=timezone.now(),
            )


# ---- outside ----


class PrintWorks:
    """The workers of a portal and its database server, with what ends them."""

    def __init__(self, portal: ScratchPortal, server: OwnServer) -> None:
        self.portal, self.server = portal, server

    def strikes(self) -> list[Callable[[], None]]:
        return [self.kill_workers, self.kill_database, self.kill_both]

    def kill_workers(self) -> None:
        self.portal.kill("worker")

    def kill_database(self) -> None:
        """Kill the server alone: the workers find a new one and go on by themselves."""
        self.server.kill()
        self.server.start()

    def kill_both(self) -> None:
        self.server.kill()
        self.portal.kill("worker")
        self.server.start()

    def go_on(self, task: str, *arguments: str) -> None:
        """Let claims and taken messages run out, see that workers run, give them a task."""
        let_time_pass(self.portal)
        self.portal.ensure_worker()
        self.portal.send(task, *arguments)

    def killed_in_the_middle(self, table: str, name: str, **environment: str) -> None:
        """Call a function inside the portal; kill the server when it is about to fill a table."""
        with ThreadPoolExecutor(1) as pool:
            with (
                suppress(psycopg.OperationalError),
                self.portal.owner() as holder,
                holder.transaction(),
            ):
                holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
                called = pool.submit(self.portal.call, HERE, name, **environment)
                eventually(lambda: somebody_waits(self.portal), f"{name} is in the middle")
                self.server.kill()
            with pytest.raises(RuntimeError, match=r"OperationalError|AdminShutdown"):
                called.result()
        self.server.start()


@pytest.mark.parametrize(
    ("papers", "letters", "rounds"),
    [
        pytest.param(12, 4, 1, marks=pytest.mark.long),  # five minutes on two busy cores
        pytest.param(1000, 250, 3, marks=pytest.mark.long),
    ],
)
def test_a_run_survives_killed_workers_and_a_killed_database_server(
    papers: int, letters: int, rounds: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("run")
    with portal_on_its_own_server("portal_killed", folder) as (portal, server):
        portal.environment["PORTAL_PAPER_SECONDS"] = "5"
        works = PrintWorks(portal, server)
        _issue(works, papers + 1)
        _make(works, papers, rounds)
        runs = _freeze(works, papers, letters)
        _join(works, runs, letters)

        assert portal.rows(GAPS) == []
        assert portal.rows(TWICE) == []
        listed = portal.rows("SELECT count(*), count(DISTINCT notice_id) FROM notices_printrunitem")
        assert listed == [(papers, papers)]
        for run_id in runs:
            _compare_files(portal, run_id)


def _issue(works: PrintWorks, count: int) -> None:
    """Issue papers; one that was numbered and not written gives its number back."""
    works.portal.call(HERE, "prepare")
    works.portal.call(HERE, "issue_papers", PAPERS=str(count // 2))
    works.killed_in_the_middle("notices_paperevent", "issue_papers", PAPERS=str(count))
    assert works.portal.count("notices_notice") == count // 2
    works.portal.call(HERE, "issue_papers", PAPERS=str(count))
    assert works.portal.rows(GAPS) == []


def _make(works: PrintWorks, papers: int, rounds: int) -> None:
    """Let the papers be made, and strike again and again in between."""
    portal, strikes = works.portal, works.strikes() * rounds
    for part, strike in enumerate(strikes, start=1):
        works.go_on("notices.tasks.sweep_rendering")
        share = papers * part // (len(strikes) + 1)
        eventually(lambda share=share: portal.count(MADE) >= share, f"{share} are made", 900)
        strike()
    for _ in range(papers // 200 + 1):  # a sweep sends two hundred
        works.go_on("notices.tasks.sweep_rendering")
    eventually(lambda: portal.count(MADE) == papers, "all but one are made", 3600)
    poisoned = "notices_notice WHERE rendering <> 'rendered'"
    told = f"{poisoned} AND render_attempts >= 1 AND render_fault <> ''"
    eventually(lambda: portal.count(told) == portal.count(poisoned) == 1, "it is told why", 600)
    store = ContentFolder(str(portal.folder / "papers"))
    for (sha256,) in portal.rows(f"SELECT pdf_sha256 FROM {MADE}"):
        assert hashlib.sha256(store.read(sha256)).hexdigest() == sha256


def _freeze(works: PrintWorks, papers: int, letters: int) -> list[str]:
    """Freeze all papers as runs; a run is frozen whole or not at all."""
    portal = works.portal
    portal.call(HERE, "freeze_runs", LETTERS=str(letters), RUNS="1")
    works.killed_in_the_middle(
        "notices_printrunitem", "freeze_runs", LETTERS=str(letters), RUNS="1"
    )
    assert portal.count("notices_printrun") == 1
    assert portal.count("notices_printrunitem") == letters
    assert portal.count(WAITING_FOR_THE_POST) == papers + 1 - letters
    portal.call(HERE, "freeze_runs", LETTERS=str(letters), RUNS=str(papers // letters))
    return [str(run) for (run,) in portal.rows("SELECT id FROM notices_printrun ORDER BY code")]


def _join(works: PrintWorks, runs: list[str], letters: int) -> None:
    """Let the runs be joined, and strike while each is in work."""
    portal, in_the_middle = works.portal, 0
    for run_id, strike in zip(runs, itertools.cycle(works.strikes()), strict=False):
        here = f"notices_printrun WHERE id = '{run_id}'"
        works.go_on("notices.tasks.assemble_run", run_id)
        begun = (
            f"{here} AND (state = 'ready' OR claimed_at IS NOT NULL AND joined >= {letters // 9})"
        )
        eventually(lambda begun=begun: portal.count(begun), "a run is in work", 600)
        in_the_middle += portal.count(f"{here} AND state = 'prepared'")
        strike()
    assert in_the_middle
    for run_id in runs:
        works.go_on("notices.tasks.assemble_run", run_id)
    ready = "notices_printrun WHERE state = 'ready'"
    eventually(lambda: portal.count(ready) == len(runs), "the runs are ready", 900)


def text_of(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


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
