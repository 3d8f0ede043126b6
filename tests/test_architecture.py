"""The shape of the tree, held by tests: layers, foreign keys, top level, history tables, diagram."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from violations.workflow import TABLE, diagram

pytestmark = pytest.mark.gate

ROOT = Path(settings.BASE_DIR)
TOP_LEVEL = {
    "manage.py",
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "config",
    "violations",
    "cameras",
    "notices",
    "citizens",
    "templates",
    "static",
    "tests",
}
HEIGHT = {"cameras": 0, "notices": 0, "violations": 1, "citizens": 2}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def test_the_top_level_is_exactly_the_card() -> None:
    top = {path.split("/")[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} == TOP_LEVEL


def test_imports_keep_the_layers() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_foreign_keys_point_down() -> None:
    upward = []
    for model in apps.get_models():
        here = HEIGHT.get(model._meta.app_label)
        if here is None:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "remote_field", None) and field.related_model
            if not target or field.auto_created or target._meta.label == settings.AUTH_USER_MODEL:
                continue
            there = HEIGHT.get(target._meta.app_label, -1)
            same_app = target._meta.app_label == model._meta.app_label
            if not same_app and there >= here:
                upward.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert upward == []


def test_the_first_migration_of_citizens_holds_the_user_alone() -> None:
    from importlib import import_module

    migration = import_module("citizens.migrations.0001_user").Migration
    assert {app for app, _name in migration.dependencies} <= {"auth", "contenttypes"}
    assert [operation.name for operation in migration.operations] == ["User"]


@pytest.mark.django_db
def test_every_append_only_table_has_its_triggers() -> None:
    wanted = {m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)}
    assert len(wanted) >= 15
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%\\_stays'"
        )
        guarded = {row[0] for row in cursor.fetchall()}
    assert wanted <= guarded


def test_every_step_has_one_act_with_its_name() -> None:
    """The table and the acts are one list: no row without an act, no act without a row."""
    text = "".join(path.read_text() for path in sorted((ROOT / "violations").glob("*.py")))
    by_clock = {"pass_decision_period", "bar_by_time", "lapse"}
    missing = [
        step.name
        for step in TABLE
        if f'taking("{step.name}"' not in text
        and step.name not in by_clock
        and f'step="{step.name}"' not in text
    ]
    assert missing == []
    assert all(f'"{name}"' in text for name in by_clock)


def test_nothing_but_the_one_door_writes_a_status() -> None:
    writers = []
    for path in (ROOT / "violations").rglob("*.py"):
        if "migrations" in path.parts or path.name == "taking.py":
            continue
        writers += [
            f"{path.name}: {line.strip()}"
            for line in path.read_text().splitlines()
            if re.search(r"\bcase\.status = |\.update\(status\b", line)
        ]
    assert writers == []


def test_the_readme_shows_the_diagram_of_the_table() -> None:
    assert diagram() in (ROOT / "README.md").read_text()


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = {
        path: count
        for path in tracked()
        if path.endswith(".py") and "/migrations/" not in path
        if (count := len((ROOT / path).read_text().splitlines())) > 400
    }
    assert long == {}


def test_the_lock_names_no_address_and_hashes_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    packages = [line for line in lock.splitlines() if "==" in line and not line.startswith(" ")]
    assert len(packages) > 50
    assert all(line.rstrip().endswith("\\") for line in packages)
