"""Fill a sample database with as many cases as a country's portal holds, for measuring."""

from __future__ import annotations

import os
import time
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from violations.bulk import loading, proving
from violations.bulk.cases import Span
from violations.bulk.place import UNITS, establish

TEN_MILLION = 10_000_000


class Command(BaseCommand):
    """Load bulk cases by COPY as the owner of the database; run again after a kill, it goes on."""

    help = "Load many cases (KL-…) by COPY to measure lists and queues; never on a real portal."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many, the seed of chance, and leave to stand beside real cases."""
        parser.add_argument("--cases", type=int, default=TEN_MILLION)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--units", type=int, default=UNITS, help="units to spread them over (the whole country)"
        )
        parser.add_argument(
            "--beside", action="store_true", help="load beside the cases that are there"
        )

    def handle(
        self, *args: Any, cases: int, seed: int, units: int, beside: bool, **options: Any
    ) -> None:
        """Check that this is the place for it, load, prove, and say what it took."""
        if os.environ.get("CI"):
            raise CommandError("load_bulk is for measuring by hand, not for CI.")
        if not settings.IS_SAMPLE:
            raise CommandError("This portal is in service (PORTAL_SAMPLE=0): nothing is loaded.")
        if cases < 100:
            raise CommandError("Load at least 100 cases.")
        began = time.monotonic()
        with psycopg.connect(self._owner_url(), autocommit=True) as owner:
            owner.execute("SELECT pg_advisory_lock(hashtext('load_bulk'))")
            if loading.holds_real_cases(owner) and not beside:
                raise CommandError("This database holds other cases; --beside loads beside them.")
            at = loading.moment_now(owner)
            try:
                span, size = loading.begin(owner, Span(cases, at, seed))
            except ValueError as refusal:
                raise CommandError(str(refusal)) from refusal
            loading.load(owner, span, size, establish(at, units), self._say)
            for table, size in loading.disk_used(owner).items():
                self._say(f"{table}: {size / 1_000_000:,.0f} MB")
            self._say(f"loaded in {time.monotonic() - began:.0f} s")
            faults = proving.faults(owner, loading.TABLES)
        if faults:
            raise CommandError(f"The loaded rows do not hold: {faults}")
        self._say(f"{cases} cases hold; {time.monotonic() - began:.0f} s in all")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _owner_url(self) -> str:
        """Return the owner's address of the database that Django works in (a test's own, too)."""
        name = settings.DATABASES["default"]["NAME"]
        return settings.DATABASE_OWNER_URL.rsplit("/", 1)[0] + f"/{name}"
