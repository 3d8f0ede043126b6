"""``manage.py conformance``: makers run it on files, operators on a portal; it tests both ends."""

import io
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from django.core.management import CommandError, call_command
from django.utils import timezone

from cameras import inbox
from cameras.adapters import generic_signed
from cameras.models import UploadedObject
from cameras.standard import samples
from tests.cameras.broken_events import BROKEN
from tests.cameras.factories import KEY, bring_in, camera

pytestmark = pytest.mark.gate


def run(*arguments: str) -> tuple[str, str]:
    """Return what the command prints, and the last words when it ends with an error."""
    out = io.StringIO()
    try:
        call_command("conformance", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_our_own_samples_are_accepted_file_by_file():
    printed, error = run(str(samples.FOLDER))
    assert error == ""
    assert printed.count("ĐẠT / ACCEPTED") == len(samples.files())
    assert f"{len(samples.files())} đạt, 0 không đạt" in printed


def test_a_refused_file_is_explained_in_both_languages(tmp_path: Path):
    broken = next(one for one in BROKEN if one.name == "several faults at once")
    path = tmp_path / "body.bin"
    path.write_bytes(broken.body)
    printed, error = run(str(path))
    assert error == "0 đạt, 1 không đạt / 0 accepted, 1 refused"
    for wrong in broken.paths:
        assert f"\n  {wrong}\n" in printed
    assert "vi: Giá trị không đúng. Thấy: số 97. Cho phép: số từ 0 đến 1." in printed
    assert "en: The value is wrong. Found: the number 97. Allowed: a number, 0 to 1." in printed


def test_a_folder_of_good_and_bad_files_is_told_apart(tmp_path: Path):
    for number, broken in enumerate(BROKEN):
        (tmp_path / f"{number}.bin").write_bytes(broken.body)
    (tmp_path / "good.json").write_bytes(samples.files()["passage.json"])
    (tmp_path / "overview.jpg").write_bytes(b"not looked at")
    printed, error = run(str(tmp_path), "--json")
    reports = json.loads(printed)
    assert [report["accepted"] for report in reports].count(True) == 1
    assert error == f"1 đạt, {len(BROKEN)} không đạt / 1 accepted, {len(BROKEN)} refused"
    by_name = {Path(report["name"]).stem: report for report in reports}
    for number, broken in enumerate(BROKEN):
        assert {fault["path"] for fault in by_name[str(number)]["faults"]} == broken.paths


@pytest.mark.parametrize("target", ["/nowhere/at/all", "http://127.0.0.1:1/x"])
def test_a_target_that_cannot_be_tried_is_said(target):
    _printed, error = run(target)
    assert " / " in error


@pytest.fixture
def sandbox(live_server, tmp_path):
    """Register a device of the sandbox and return the arguments to try the portal with."""
    device = camera("GW-01", adapter="generic-signed", today=timezone.localdate())
    key = tmp_path / "key.pem"
    key.write_bytes(
        KEY.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return [
        live_server.url + inbox.push_path(device),
        "--serial",
        device.serial,
        "--key",
        str(key),
    ]


@pytest.mark.django_db(transaction=True)
def test_this_portal_answers_as_the_standard_says(sandbox):
    printed, error = run(*sandbox)
    assert error == "", printed
    assert printed.count("đúng/ok") > 45
    assert "SAI/WRONG" not in printed
    assert UploadedObject.objects.count() == 2
    bring_in()


@pytest.mark.django_db(transaction=True)
def test_a_portal_that_answers_otherwise_is_found_out(sandbox, monkeypatch):
    problems = generic_signed._PROBLEMS
    monkeypatch.setitem(problems, "schema", (400, *problems["schema"][1:]))
    monkeypatch.setitem(generic_signed._ACCEPTED, "duplicate", 202)
    printed, error = run(*sandbox, "--json")
    wrong = {trial["name"]: trial for trial in json.loads(printed) if not trial["passed"]}
    assert "the same bytes again, signed anew" in wrong
    assert wrong["a field is missing"]["differences"] == ["status 400 instead of 422"]
    assert error.startswith(f"{len(json.loads(printed)) - len(wrong)} đúng, {len(wrong)} sai / ")
    bring_in()


@pytest.mark.django_db(transaction=True)
def test_a_portal_that_is_not_there_fails_every_trial(sandbox):
    printed, error = run("http://127.0.0.1:1/api/intake/v1/x/events", *sandbox[1:], "--json")
    trials = json.loads(printed)
    assert {trial["status"] for trial in trials} == {0}
    assert error.startswith(f"0 đúng, {len(trials)} sai / ")
