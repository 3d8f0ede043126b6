"""The people's web server, as gunicorn itself reads its settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.gate
ROOT = Path(__file__).parents[2]


def test_people_are_served_by_processes_of_one_thread() -> None:
    command = [
        sys.executable, "-m", "gunicorn", "-c", "python:config.web_server", "--print-config",
        "config.wsgi",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"WEB_PROCESSES": "3"},
        capture_output=True,
        text=True,
        check=True,
    )
    words = (line.partition("=") for line in done.stdout.splitlines())
    told = {name.strip(): value.strip() for name, _, value in words}
    assert told["workers"] == "3"
    assert (told["worker_class"], told["threads"]) == ("sync", "1")
    assert (told["timeout"], told["control_socket_disable"]) == ("60", "True")
