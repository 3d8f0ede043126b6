"""The portal's own Celery app with three small tasks that leave a trace, for test_celery.py."""

import os
import time
from pathlib import Path

from config.celery import app

VISIBILITY_SECONDS = 4

app.conf.broker_transport_options = app.conf.broker_transport_options | {
    "visibility_timeout": VISIBILITY_SECONDS
}


def _note(path: str, word: str) -> None:
    with Path(path).open("a") as trace:
        trace.write(f"{word} {os.getpid()}\n")


@app.task(name="tests.note")
def note(path: str, word: str) -> None:
    """Leave a line."""
    _note(path, word)


@app.task(name="tests.work")
def work(path: str, seconds: float) -> None:
    """Leave a line before and after some time of work."""
    _note(path, "begun")
    time.sleep(seconds)
    _note(path, "done")


@app.task(name="tests.pass_on")
def pass_on(path: str) -> None:
    """Send another task, as a task that ends a step does."""
    note.delay(path, "passed on")
