"""The loader of bulk cases: what it writes holds, and a kill neither loses nor doubles a case."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.scratch import ROOT, ScratchPortal, scratch_portal
from tests.violations.bulk_support import loaded_here
from tests.violations.desk import NOW
from violations import history
from violations.bulk import loading, proving
from violations.bulk.cases import Span
from violations.models import CaseEvent, Violation

pytestmark = pytest.mark.long


@pytest.mark.django_db
def test_what_is_loaded_holds_as_if_every_guard_had_been_asked() -> None:
    loaded_here(1_000, NOW)
    assert Violation.objects.count() == 1_000
    assert proving.faults(connection.connection, loading.TABLES) == {}
    cases = Violation.objects.filter(number__endswith="00") | Violation.objects.all()[:40]
    assert [found for case in cases if (found := history.faults(case))] == []
    assert CaseEvent.objects.filter(case__number="KL-000000500").count() >= 2


@pytest.mark.django_db
def test_the_proof_finds_a_status_without_its_event() -> None:
    loaded_here(200, NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE violations_violation DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE violations_violation SET status = 'rejected', rejection_reason = 'other'"
            " WHERE number = (SELECT min(number) FROM violations_violation WHERE status = 'closed')"
        )
        cursor.execute("ALTER TABLE violations_violation ENABLE TRIGGER USER")
    found = proving.faults(connection.connection, loading.TABLES)
    assert found == {"a status that its last event does not say": 1}


@pytest.mark.django_db
def test_another_load_than_the_one_begun_is_refused() -> None:
    loaded_here(200, NOW)
    with pytest.raises(ValueError, match="200 cases with seed 1"):
        loading.begin(connection.connection, Span(300, NOW, 1))


def test_nothing_is_loaded_in_ci_nor_on_a_portal_in_service(
    monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(CommandError, match="not for CI"):
        call_command("load_bulk", cases=100, stdout=StringIO())
    monkeypatch.delenv("CI")
    settings.IS_SAMPLE = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="in service"):
        call_command("load_bulk", cases=100, stdout=StringIO())


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchPortal]:
    """Make a portal of its own: what a killed process has committed must be seen."""
    with scratch_portal("bulk", tmp_path_factory.mktemp("bulk")) as made:
        yield made


def test_a_killed_load_goes_on_and_doubles_nothing(portal: ScratchPortal) -> None:
    command = [sys.executable, "manage.py", "load_bulk", "--cases", "3000"]
    outside = {name: value for name, value in os.environ.items() if name != "CI"}
    environment = outside | portal.environment
    first = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    for line in first.stdout:
        if '"chunk": 3' in line:
            first.kill()
            break
    first.wait(10)
    first.stdout.close()
    before = portal.count("violations_violation")
    assert 900 <= before < 3_000, "the load was not killed in its midst"
    again = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stderr
    assert "3000 cases hold" in again.stdout
    assert portal.count("violations_violation") == 3_000
    assert portal.count("bulk.chunk") == 10
    assert portal.count("bulk.taken_away") == 0
