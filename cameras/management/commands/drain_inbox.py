"""Bring what this machine's inbox has spooled into the database, for as long as it runs."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection

from cameras.draining import WAITED_OUT, drain
from cameras.flooding import Meter
from cameras.spool import spool

log = logging.getLogger(__name__)

#: How long to wait when nothing is spooled, and after the database or the store did not answer.
IDLE_SECONDS, DOWN_SECONDS = 0.2, 2.0


class Command(BaseCommand):
    """Drain in rounds; each is one transaction, so that it can be killed at any moment."""

    help = "Bring spooled deliveries into the database. Runs on every machine that takes them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--once``."""
        parser.add_argument("--once", action="store_true", help="Stop when nothing is left.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain until told to stop, or with ``--once`` until nothing waits."""
        stop = threading.Event()
        if not options["once"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        here, meter, stored = spool(), Meter(), 0
        self.stdout.write("draining")
        self.stdout.flush()
        while not stop.is_set():
            try:
                done = drain(here, meter=meter)
            except WAITED_OUT:
                log.exception("spooled deliveries cannot be brought in now; they are kept here")
                connection.close()
                if options["once"]:
                    raise
                stop.wait(DOWN_SECONDS)
                continue
            stored += done.stored
            if done.total:
                close_old_connections()
                continue
            if options["once"]:
                break
            stop.wait(IDLE_SECONDS)
        self.stdout.write(f"{stored} deliveries brought in, {here.count()} still waiting")
