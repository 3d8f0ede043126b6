"""Load the reviewed law files into the database: catalogue and calendar."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from violations.law_loading import LawConflict, load_calendar, load_catalogue


class Command(BaseCommand):
    """Load the catalogue and the calendar; again is harmless; a changed past row is refused."""

    help = "Load the penalty catalogue and the working-day calendar from violations/schedules."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print what changed."""
        try:
            changes = [*load_catalogue(), *load_calendar()]
        except LawConflict as conflict:
            raise CommandError(str(conflict)) from conflict
        for change in changes:
            self.stdout.write(change)
        self.stdout.write(f"{len(changes)} changes")
