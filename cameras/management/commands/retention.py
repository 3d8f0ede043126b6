"""``manage.py retention``: dispose of what is due, or print what would go, by class."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cameras import disposal, retention
from cameras.disposal import Tally
from cameras.models import Delivery, RetentionRule

BATCH = 500


class Command(BaseCommand):
    """One table: the class, its days, how many went, how many bytes."""

    help = "Dispose of stored bytes whose retention has ended (--dry-run only counts them)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="Dispose of nothing.")
        parser.add_argument(
            "--sweep-all",
            action="store_true",
            help="Also look whether anything ever disposed of is still stored.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, or dispose batch by batch until nothing is due."""
        at = timezone.now()
        if options["dry_run"]:
            self._print(_counted(at), "would go / sẽ tiêu hủy")
            return
        left = disposal.finish_removals(at=at, everything=options["sweep_all"])
        gone: dict[str, Tally] = {}
        while batch := disposal.dispose(at=at, limit=BATCH):
            for record_class, tally in batch.items():
                total = gone.setdefault(record_class, Tally())
                total.count += tally.count
                total.size += tally.size
        self._print(gone, "disposed of / đã tiêu hủy")
        if left:
            self.stdout.write(f"left by an earlier run and removed now / dọn nốt: {left}")

    def _print(self, tallies: dict[str, Tally], word: str) -> None:
        rules = retention.rules_by_class()
        self.stdout.write(f"{'class':<12} {'days':>6} {'count':>9} {'bytes':>16}   {word}")
        for record_class in RetentionRule.RecordClass.values:
            rule, tally = rules.get(record_class), tallies.get(record_class, Tally())
            days = str(rule.keep_days) if rule else "-"
            self.stdout.write(f"{record_class:<12} {days:>6} {tally.count:>9} {tally.size:>16}")
        if not rules:
            self.stdout.write(
                "Chưa nhập thời hạn lưu trữ nên không tiêu hủy gì. / "
                "No retention rule is entered, so nothing is ever disposed of."
            )


def _counted(at: Any) -> dict[str, Tally]:
    """Count what is due: each stored body once, uploads by themselves; copies are not counted."""
    found: dict[str, Tally] = {}
    seen: set[str] = set()
    for item in retention.due(at=at):
        tally = found.setdefault(item.rule.record_class, Tally())
        is_delivery = isinstance(item.row, Delivery)
        sha256 = item.row.kept_sha256 if is_delivery else item.row.sha256
        tally.count += 1
        if sha256 not in seen:
            tally.size += item.row.kept_size if is_delivery else item.row.size
            seen.add(sha256)
    return found
