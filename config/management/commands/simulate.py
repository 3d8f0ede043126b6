"""``manage.py simulate``: the registered sample cameras push violations over HTTP until stopped.

``--day bad`` plays one bad day instead, waits until the portal has read it and balances the books.
"""

from __future__ import annotations

import json
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext

from cameras.simulator import SimulatedVehicle, run
from config.demo import bad_day
from config.demo.cameras import simulated_devices


class Command(BaseCommand):
    """Steady traffic for the demonstration: drawn pictures, genuine vendor bodies, real HTTP."""

    help = "Push simulated violations from the sample cameras to a running portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--origin", default=settings.PORTAL_ORIGIN)
        parser.add_argument("--every", type=float, default=45.0, help="Seconds between events.")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--day", choices=["ordinary", "bad"], default="ordinary")

    def handle(self, *args: Any, **options: Any) -> None:
        """Push until SIGTERM or Ctrl-C; the bad day ends by itself."""
        if options["day"] == "bad":
            with translation.override(settings.LANGUAGE_CODE):
                self._play_bad_day(options["origin"], options["seed"])
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        run(
            options["origin"],
            simulated_devices(),
            registered_vehicles(),
            every_seconds=options["every"],
            stop_event=stop,
            seed=options["seed"],
        )

    def _play_bad_day(self, origin: str, seed: int) -> None:
        try:
            pages = bad_day.play(
                origin,
                registered_vehicles(),
                now=timezone.now(),
                seed=seed,
                say=lambda line: self.stderr.write(line),
            )
        except bad_day.NotRunning as error:
            sentence = gettext("No portal answers at %(origin)s. Start manage.py demo first.")
            raise CommandError(sentence % {"origin": origin}) from error
        self.stdout.write(bad_day_table(pages))
        if not all(page.balances for page in pages):
            raise CommandError(gettext("The books do not balance."))
        self.stdout.write(gettext("The books balance: sent = kept = read + put aside."))


def bad_day_table(pages: list[bad_day.Page]) -> str:
    """Return the books as a table, a line for each chapter and one for all."""
    heads = [
        gettext("What happened"), gettext("pushed"), gettext("kept"), gettext("read through"),
        gettext("first time"), gettext("once more"), gettext("put aside"), gettext("for officers"),
        gettext("held back"), gettext("slowest, ms"),
    ]  # fmt: skip
    rows = [[gettext(page.name), *_figures(page)] for page in pages]
    total = [sum(int(row[place]) for row in rows) for place in range(1, len(heads) - 1)]
    slowest = max(page.slowest_ms for page in pages)
    rows.append([gettext("all together"), *map(str, [*total, slowest])])
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    lines = [
        "  ".join(
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [heads, *rows]
    ]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _figures(page: bad_day.Page) -> list[str]:
    states, found = page.states, page.detections
    figures = [
        page.sent, page.kept, page.read, states["parsed"], states["duplicate"], page.put_aside,
        found["ready"], found["held"], page.slowest_ms,
    ]  # fmt: skip
    return [str(figure) for figure in figures]


def registered_vehicles() -> list[SimulatedVehicle]:
    """Return the fictitious vehicles the sandbox register knows, as the cameras would see them."""
    path = settings.BASE_DIR / "violations" / "schedules" / "register_sandbox.json"
    return [
        SimulatedVehicle(
            plate=vehicle["plate"],
            plate_colour=vehicle["plate_colour"],
            vehicle_class=vehicle["vehicle_class"],
            vehicle_colour=vehicle["vehicle_colour"],
            make=vehicle["make"],
        )
        for row in json.loads(path.read_text())["vehicles"]
        if (vehicle := row["vehicle"])["vehicle_class"] in ("car", "motorcycle")
    ]
