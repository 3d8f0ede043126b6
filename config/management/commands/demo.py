"""``manage.py demo``: the whole portal from one command, or one whole journey played by itself."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import embedded
from config.demo.processes import NotStarted, stopping_on_signals
from config.demo.running import Portal, portal, watch
from config.demo.screen import screen
from config.demo.walkthrough import Failed, walk


class Command(BaseCommand):
    """Start everything and wait for Ctrl-C; ``--walkthrough`` plays the journey and ends."""

    help = "Run the whole portal with sandbox servers and simulated cameras."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=int, default=8000, help="Port of the web server.")
        parser.add_argument(
            "--every", type=int, default=45, help="Seconds between simulated violations."
        )
        parser.add_argument("--walkthrough", action="store_true", help="Play the whole journey.")
        parser.add_argument(
            "--photo",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="With --walkthrough: push this photograph too, under a fictitious plate.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped; the database is stopped too if this command started it."""
        photos: list[Path] = options["photo"]
        for photo in photos:
            if not photo.is_file():
                raise CommandError(f"Không có tệp ảnh này. / No such photograph: {photo}")
        if photos and not options["walkthrough"]:
            raise CommandError("--photo goes with --walkthrough.")
        try:
            with stopping_on_signals() as should_stop:
                self._run(options, photos, should_stop)
        except NotStarted as fault:
            raise CommandError(f"Không khởi động được / did not start: {fault}") from fault
        finally:
            if settings.DATABASE_STARTED_HERE:
                from django.db import connections

                connections.close_all()
                embedded.stop(settings.BASE_DIR)

    def _run(self, options: dict[str, Any], photos: list[Path], should_stop: Any) -> None:
        walkthrough: bool = options["walkthrough"]
        every = None if walkthrough else options["every"]
        began = time.monotonic()
        self.stdout.write("Đang khởi động / starting …")
        with portal(
            port=options["port"], traffic_every_seconds=every, say=self._say_ready
        ) as running:
            if walkthrough:
                self._play(running, photos, began, should_stop)
                return
            self.stdout.write(screen(running))
            self.stdout.flush()
            fallen = watch(running, should_stop)
            if fallen:
                raise CommandError(
                    f"Đã dừng ngoài ý muốn / ended by itself: {', '.join(fallen)}. "
                    f"Xem / see {running.family.logs}"
                )
            self.stdout.write("\nĐang dừng / stopping …")
        self.stdout.write("Đã dừng, dữ liệu còn nguyên. / Stopped; the data is kept.")

    def _play(self, running: Portal, photos: list[Path], began: float, should_stop: Any) -> None:
        folder = settings.DATA_DIR / "walkthrough"
        try:
            steps, artifacts = walk(running, photos, folder, self.stdout.write, should_stop)
        except Failed as fault:
            self.stdout.write(
                json.dumps(
                    {"ok": False, "failed_at": fault.step, "why": fault.why}, ensure_ascii=False
                )
            )
            raise CommandError(f"Bước / step “{fault.step}”: {fault.why}") from fault
        self.stdout.write(
            json.dumps(
                {
                    "ok": True,
                    "steps": steps,
                    "seconds": round(time.monotonic() - began, 1),
                    "artifacts": artifacts,
                },
                ensure_ascii=False,
            )
        )

    def _say_ready(self, name: str) -> None:
        self.stdout.write(f"  ✓ {name}")
        self.stdout.flush()
