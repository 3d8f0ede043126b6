"""Publish the open figures of months that have ended, or correct one as a new version."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from citizens.figures import publishing
from citizens.figures.reading import MONTH
from violations.guards import Refused


class Command(BaseCommand):
    """``open_figures`` publishes what is missing; ``--correct`` makes a new version of a month."""

    help = "Publish open figures of ended months; --month 2026-10 --correct REASON counts anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the month and what was wrong with it."""
        parser.add_argument("--month", help="Year and month: 2026-10.")
        parser.add_argument("--correct", default="", help="What was wrong; makes a new version.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError in words."""
        at, named = timezone.now(), options["month"]
        if named is None:
            if options["correct"]:
                raise CommandError("--correct goes with --month.")
            for release in publishing.freeze_ended(at=at):
                self.stdout.write(str(release))
            return
        parts = MONTH.fullmatch(named)
        if parts is None or int(parts[1]) < 1:
            raise CommandError("Write the month like 2026-10.")
        try:
            month = date(int(parts[1]), int(parts[2]), 1)
            release = publishing.freeze(month, at=at, correction=options["correct"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(release))
