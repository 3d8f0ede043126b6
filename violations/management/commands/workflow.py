"""``manage.py workflow``: print the table of steps and its diagram, as the code has them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from violations.workflow import TABLE, diagram


class Command(BaseCommand):
    """Print what can happen to a case, by whom, under which article."""

    help = "Print the workflow table; --diagram prints the Mermaid source the README shows."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--diagram", action="store_true", help="Only the diagram.")
        parser.add_argument("--language", default="vi", choices=["vi", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        if options["diagram"]:
            self.stdout.write(diagram())
            return
        with translation.override(options["language"]):
            for step in TABLE:
                origins = ", ".join(step.origins) or "–"
                self.stdout.write(f"{step.name}: {step.title}")
                self.stdout.write(f"    {origins} → {step.to or '='}")
                self.stdout.write(f"    {step.permission or 'system'} · {step.article}")
                for guard in step.guards:
                    first = (guard.__doc__ or "").splitlines()[0]
                    self.stdout.write(f"    ! {first}")
