"""``manage.py parse_again``: read old deliveries with today's adapters."""

from __future__ import annotations

import os
import uuid
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone as django_timezone

from cameras import reparsing
from cameras.models import Delivery
from cameras.reparsing import Finding, Selection

VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
SHOW_EVERY = 500


class Command(BaseCommand):
    """Read what is in quarantine again, or compare what was read before."""

    help = (
        "Quarantined deliveries are read again. Deliveries read before are compared: detections "
        "never change, differences are printed (and written with --write-report); with --apply a "
        "delivery that gave no detection may give one now."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments. Dates are days in Viet Nam, the last one included."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--quarantined", action="store_true")
        which.add_argument("--all-parsed", action="store_true")
        parser.add_argument("--device", default="", metavar="CODE")
        parser.add_argument("--adapter", default="", metavar="KEY")
        parser.add_argument("--before-version", type=int, metavar="N")
        parser.add_argument("--since", type=_day, metavar="DATE")
        parser.add_argument("--until", type=_day, metavar="DATE")
        parser.add_argument("--after", type=uuid.UUID, metavar="ID", help="go on after this one")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--apply", action="store_true", help="only with --all-parsed")
        parser.add_argument("--write-report", metavar="FILE", help="JSON lines, a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the chosen deliveries; the last lines are the counts and the last id."""
        if options["apply"] and (options["quarantined"] or options["dry_run"]):
            raise CommandError("--apply belongs to --all-parsed, and not to --dry-run.")
        until = options["until"]
        selection = Selection(
            is_quarantined=options["quarantined"],
            device_code=options["device"],
            adapter=options["adapter"],
            before_version=options["before_version"],
            since=options["since"],
            until=until + timedelta(days=1) if until else None,
            after=options["after"],
        )
        report = _new_file(options["write_report"]) if options["write_report"] else None
        try:
            self._go_through(selection, options, report)
        finally:
            if report:
                report.close()

    def _go_through(
        self, selection: Selection, options: dict[str, Any], report: TextIO | None
    ) -> None:
        counts: Counter[str] = Counter()
        last, number = options["after"], 0
        try:
            for number, delivery in enumerate(reparsing.chosen(selection), start=1):
                for finding in self._findings(delivery, options):
                    counts[finding.outcome] += 1
                    self._show(finding)
                    if report:
                        report.write(reparsing.as_line(finding) + "\n")
                last = delivery.pk
                if number % SHOW_EVERY == 0:
                    self.stderr.write(f"{number} read, last {last}")
        except KeyboardInterrupt:
            self.stdout.write(f"Stopped. Go on with --after {last}")
        for outcome, count in sorted(counts.items()):
            self.stdout.write(f"{outcome}: {count}")
        self.stdout.write(f"{counts.total()} findings; last delivery: {last or 'none'}")

    def _findings(self, delivery: Delivery, options: dict[str, Any]) -> list[Finding]:
        at = django_timezone.now()
        if options["quarantined"]:
            if options["dry_run"]:
                return [reparsing.would_read(delivery)]
            return [reparsing.read_quarantined(delivery, at=at)]
        findings = reparsing.compare(delivery)
        if options["apply"] and {finding.outcome for finding in findings} == {"new"}:
            findings.append(reparsing.make_detections(delivery, at=at))
        return findings

    def _show(self, finding: Finding) -> None:
        """Print what an engineer must look at; fields by name only, for they hold plates."""
        if finding.outcome in {"same", "nothing", "in_group"}:
            return
        device = finding.delivery.device
        fields = ", ".join(difference.path for difference in finding.differences)
        words = " ".join(filter(None, (finding.outcome, finding.fault, fields)))
        self.stdout.write(f"{finding.delivery.pk} {device.code if device else '-'} {words}")


def _day(text: str) -> datetime:
    """Return the beginning of a day in Viet Nam. Raises ValueError on anything else."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=VIET_NAM)


def _new_file(path: str) -> TextIO:
    """Open a report that only its owner may read, and that replaces no other."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"The report cannot be written: {error.strerror}") from error
    return os.fdopen(handle, "w", encoding="utf-8")
