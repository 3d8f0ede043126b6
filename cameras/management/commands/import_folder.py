"""``manage.py import_folder DEVICE FOLDER``: take in what a device puts into a folder by FTP."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cameras.folder_events import PATIENCE
from cameras.folder_import import MOST_A_ROUND, DoorClosed, FolderBusy, FolderImport, Round
from cameras.models import Device

LOOK_EVERY = 5.0
RETRY_EVERY = 30.0


class Command(BaseCommand):
    """Watch one folder until stopped; with ``--once`` until nothing in it waits any more."""

    help = "Hand the events of an FTP folder to the inbox and move their files into FOLDER/.kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("device", help="code of the device in the register")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")
        parser.add_argument("--settle-seconds", type=float, default=30.0, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run rounds; print what each one kept."""
        device = Device.objects.filter(code=options["device"]).first()
        if device is None:
            raise CommandError(f"No device {options['device']} in the register.")
        settle = max(0.0, options["settle_seconds"])
        try:
            work = FolderImport(options["folder"], device, settle_seconds=settle)
            with work.at_work():
                self._watch(work, settle, once=options["once"])
        except (FolderBusy, ValueError) as error:
            raise CommandError(f"The folder cannot be imported: {error}") from error
        except OSError as error:
            # Only the system's own words: the error's text may name a file, and that holds a plate.
            raise CommandError(f"The folder cannot be used: {error.strerror}") from None
        except KeyboardInterrupt:
            self.stdout.write("Stopped. What was not kept lies where it lay.")

    def _watch(self, work: FolderImport, settle: float, *, once: bool) -> None:
        started = time.monotonic()
        longest = settle * PATIENCE + LOOK_EVERY
        while True:
            now = time.monotonic()
            pause = min(LOOK_EVERY, max(settle, 0.1))
            try:
                done = work.round(at=timezone.now(), now=now)
            except DoorClosed as error:
                if once:
                    raise CommandError(f"Nothing more can be kept: {error}") from error
                self.stderr.write(f"Waiting: {error}")
                done, pause = Round(waiting=1), RETRY_EVERY
            if done.kept or done.refused:
                self.stdout.write(
                    f"kept {done.kept} events, refused {done.refused} files, "
                    f"{done.waiting} files wait"
                )
            if once and (not done.waiting or (not done.kept and now - started > longest)):
                self.stdout.write(f"{done.waiting} files wait")
                return
            if done.kept < MOST_A_ROUND:
                time.sleep(pause)
