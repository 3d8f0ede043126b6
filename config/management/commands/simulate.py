"""``manage.py simulate``: the registered sample cameras push violations over HTTP until stopped."""

from __future__ import annotations

import json
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cameras.simulator import SimulatedVehicle, run
from config.demo.cameras import simulated_devices


class Command(BaseCommand):
    """Steady traffic for the demonstration: drawn pictures, genuine vendor bodies, real HTTP."""

    help = "Push simulated violations from the sample cameras to a running portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--origin", default=settings.PORTAL_ORIGIN)
        parser.add_argument("--every", type=float, default=45.0, help="Seconds between events.")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Push until SIGTERM or Ctrl-C."""
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
