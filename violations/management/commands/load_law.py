"""Load the reviewed law files into the database: catalogue and calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from violations.law_comparison import NotACatalogue, differences, read_edition
from violations.law_loading import LawConflict, load_calendar, load_catalogue
from violations.schedules_reader import ScheduleError


class Command(BaseCommand):
    """Load the catalogue and the calendar; again is harmless; a changed past row is refused."""

    help = "Load the penalty catalogue and the working-day calendar from violations/schedules."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the other edition to compare with."""
        parser.add_argument(
            "--check",
            metavar="FILE",
            type=Path,
            help="load nothing; compare the rows in force from 15/8/2026 with a catalogue in CSV",
        )

    def handle(self, *args: Any, check: Path | None = None, **options: Any) -> None:
        """Load and print what changed, or compare and print what differs."""
        if check is not None:
            return self._compare(check)
        try:
            with transaction.atomic():
                changes = [*load_catalogue(), *load_calendar()]
        except (LawConflict, ScheduleError) as refusal:
            raise CommandError(str(refusal)) from refusal
        for change in changes:
            self.stdout.write(change)
        self.stdout.write(f"{len(changes)} changes")
        return None

    def _compare(self, path: Path) -> None:
        try:
            found = list(differences(read_edition(path)))
        except NotACatalogue as refusal:
            raise CommandError(str(refusal)) from refusal
        for line in found:
            self.stdout.write(line)
        self.stdout.write(f"{len(found)} differences")
        if found:
            raise SystemExit(1)
