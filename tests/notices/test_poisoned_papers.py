"""A paper that takes too long, or takes its worker down, is left to a person after some attempts."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import translation

from notices import library_versions, production, rendering, worker_start
from notices.checks import harfbuzz_subset_is_there
from notices.models import Notice, PaperKind
from notices.tasks import time_allowed
from tests.journeys import START, case_at, world

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NOW = START + timedelta(days=20)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def paper() -> Notice:
    case_at("notified", world())
    return Notice.objects.get(kind=PaperKind.NOTICE)


@contextmanager
def cut_off(fault: type[BaseException]) -> Iterator[None]:
    """Raise ``fault`` in the middle of the making, between layout and writing.

    A signal of the worker strikes anywhere; at a place of chance, a finaliser may swallow it.
    """

    def strike(_document: object) -> list[int]:
        raise fault

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "pages_cut_off", strike)
        yield


def when_free(paper: Notice, at: datetime) -> datetime:
    """The moment from which the sweep sends a paper again."""
    while paper.pk not in production.left_behind(at=at):
        at += timedelta(seconds=10)
    return at


def test_a_paper_that_takes_too_long_waits_longer_each_time_and_is_left_to_a_person(
    paper: Notice,
) -> None:
    at, waits = NOW, []
    for attempt in range(1, production.ATTEMPTS + 1):
        with cut_off(SoftTimeLimitExceeded):
            assert not production.produce(paper.pk, at=at)
        paper.refresh_from_db()
        assert paper.render_attempts == attempt
        assert "took too long" in paper.render_fault
        if attempt < production.ATTEMPTS:
            assert paper.rendering == "pending"
            waits.append(when_free(paper, at) - at)
            at = when_free(paper, at)
    assert waits == sorted(set(waits))
    assert paper.rendering == "failed"
    assert "administrator" in paper.render_fault
    assert paper.pk not in production.left_behind(at=at + timedelta(days=1))
    assert production.make_again(paper.pk)
    assert production.produce(paper.pk, at=at)


def wait_twice() -> None:
    """Wait, and wait again when something struck."""
    with suppress(SoftTimeLimitExceeded):
        time.sleep(1)
    time.sleep(1)


def test_the_time_of_a_paper_runs_out_while_it_is_made_and_never_later() -> None:
    with time_allowed(0.05), pytest.raises(SoftTimeLimitExceeded):
        time.sleep(1)
    time.sleep(0.15)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_limit_that_a_finaliser_swallowed_strikes_again() -> None:
    with time_allowed(0.05), pytest.raises(SoftTimeLimitExceeded):
        wait_twice()


class Killed(BaseException):
    """What no ``except Exception`` sees: the process is gone."""


def test_a_paper_that_takes_its_worker_down_again_and_again_is_left_to_a_person(
    paper: Notice,
) -> None:
    at = NOW
    for attempt in range(1, production.ATTEMPTS + 1):
        with pytest.raises(Killed), cut_off(Killed):
            production.produce(paper.pk, at=at)
        paper.refresh_from_db()
        assert (paper.rendering, paper.render_attempts) == ("pending", 0)
        assert paper.render_fault == f"Being made, attempt {attempt}."
        assert paper.pk not in production.left_behind(at=at + timedelta(minutes=2))
        at = when_free(paper, at)
    assert not production.produce(paper.pk, at=at)
    paper.refresh_from_db()
    assert paper.rendering == "failed"
    assert "5 attempts" in paper.render_fault
    assert production.make_again(paper.pk)
    assert production.produce(paper.pk, at=at)


def test_workers_lost_before_do_not_count_once_an_attempt_came_to_its_end(paper: Notice) -> None:
    with pytest.raises(Killed), cut_off(Killed):
        production.produce(paper.pk, at=NOW)
    at = when_free(paper, NOW)
    assert production.produce(paper.pk, at=at)
    paper.refresh_from_db()
    assert (paper.rendering, paper.render_fault) == ("rendered", "")


# ---- what a worker says when it starts ----


@pytest.fixture
def without_harfbuzz_subset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    absent = (("libharfbuzz-that-is-not-there.so",), "hb_version_string")
    monkeypatch.setitem(library_versions._FOUND, "harfbuzz-subset", absent)
    library_versions.library_versions.cache_clear()
    yield
    library_versions.library_versions.cache_clear()


@pytest.mark.usefixtures("without_harfbuzz_subset")
def test_the_absence_of_harfbuzz_subset_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    worker_start.report_libraries()
    assert "libharfbuzz-subset is not installed" in caplog.text
    assert [told.id for told in harfbuzz_subset_is_there(None)] == ["notices.I001"]


def test_a_worker_says_with_which_libraries_papers_are_made(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("INFO", logger="notices.worker_start"):
        worker_start.report_libraries()
    assert "weasyprint 70" in caplog.text
