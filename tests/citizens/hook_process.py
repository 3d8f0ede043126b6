"""The receiver of webhooks of the demonstration as a real process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]


class Hooks:
    """The process, its secrets, and what it got."""

    def __init__(self, folder: Path) -> None:
        self.secrets = folder / "secrets.json"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "citizens.hook_sandbox", "--port", "0"),
                *("--secrets", str(self.secrets), "--data", str(folder / "hooks.json")),
            ],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ready = re.fullmatch(r"ready (http://\S+)\n", self.process.stdout.readline())
        assert ready is not None, "the receiver did not start"
        self.address = ready[1]

    def knows(self, *secrets: str) -> None:
        """Write down which secrets are right from now on."""
        self.secrets.write_text(json.dumps({"secrets": secrets}))

    def behave(self, scenario: str) -> httpx.Response:
        """Choose how the next messages are answered."""
        return httpx.post(f"{self.address}/scenario", data={"scenario": scenario})

    def received(self) -> dict[str, Any]:
        """Return what it tells machines."""
        told: dict[str, Any] = httpx.get(f"{self.address}/received").json()
        return told

    def stop(self) -> int:
        """End the process; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def hooks(folder: Path) -> Iterator[Hooks]:
    """Run the receiver until the test is over."""
    running = Hooks(folder)
    try:
        yield running
    finally:
        assert running.stop() == 0
