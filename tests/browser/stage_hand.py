"""The tests' end of the line to the stage."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from tests.browser.scratch import environment, scratch_database

UNDO_SECONDS = 5  # shorter than in life, long enough for a busy machine to press Ctrl+Z
ROOT = Path(__file__).resolve().parents[2]


class StageFault(Exception):
    """The stage could not do what was asked, or has ended; carries its own words."""


class Ticket:
    """An act under way; ``found`` waits for it."""

    def __init__(self) -> None:
        self._answers: Queue[dict[str, Any]] = Queue()

    def put(self, message: dict[str, Any]) -> None:
        """Take the answer."""
        self._answers.put(message)

    def found(self, seconds: float = 120.0) -> Any:
        """Return the answer. Raises StageFault."""
        try:
            message = self._answers.get(timeout=seconds)
        except Empty:
            raise StageFault(f"no answer within {seconds:.0f} s") from None
        self._answers.put(message)
        if "fault" in message:
            raise StageFault(message["fault"])
        return message["found"]


class Stage:
    """A running portal: its addresses, its people, and acts behind the scenes."""

    def __init__(self, process: subprocess.Popen[str], place: dict[str, Any]) -> None:
        self.origin: str = place["origin"]
        self.bank_url: str = place["bank_url"]
        self.identity_url: str = place["identity_url"]
        self.people: dict[str, dict[str, str]] = place["people"]
        self.served: Ticket  # cases being brought to a served decision in the background
        self._process = process
        self._numbers = itertools.count(1)
        self._tickets: dict[int, Ticket] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def begin(self, act: str, **given: Any) -> Ticket:
        """Ask for an act and go on; see ``tests.browser.acts`` for what there is."""
        number, ticket = next(self._numbers), Ticket()
        self._tickets[number] = ticket
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, "act": act} | given) + "\n")
        self._process.stdin.flush()
        return ticket

    def do(self, act: str, **given: Any) -> Any:
        """Ask for an act and wait for it. Raises StageFault."""
        return self.begin(act, **given).found()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            self._tickets.pop(message["id"]).put(message)
        for ticket in list(self._tickets.values()):
            ticket.put({"fault": "the stage has ended"})


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Run the whole portal on a scratch database; everything is stopped and dropped at the end."""
    log = folder / "stage.log"
    with scratch_database() as (owner_url, runtime_url), log.open("w") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.stage"],
            cwd=ROOT,
            env=environment(owner_url, runtime_url, folder / "data", UNDO_SECONDS),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
        )
        assert process.stdin is not None and process.stdout is not None
        try:
            first = process.stdout.readline()
            if not first:
                raise StageFault(log.read_text()[-4000:])
            yield Stage(process, json.loads(first))
        finally:
            process.stdin.close()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
