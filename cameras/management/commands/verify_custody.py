"""``manage.py verify_custody``: check the custody log and name everything that is wrong with it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cameras import custody, custody_checks, stored_objects
from cameras.models import Checkpoint


class Command(BaseCommand):
    """Recompute every hash of the log and every signed root; the last line has the verdict."""

    help = "Check the custody chain and its checkpoints; exit code 1 when anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say where to begin and whether to read the stored bytes too."""
        parser.add_argument(
            "--from",
            dest="since",
            type=int,
            default=0,
            metavar="ROWS",
            help="begin after the checkpoint of this many rows, trusting its signature",
        )
        parser.add_argument(
            "--bytes", action="store_true", help="compare the stored bytes with their hashes too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each fault, then one line with the verdict."""
        try:
            found = custody_checks.faults(
                at=timezone.now(), since=options["since"], progress=self._progress("rows")
            )
        except custody_checks.UnknownCheckpoint as error:
            raise CommandError(
                f"Không có điểm kiểm tra đúng ở dòng {options['since']} / there is no sound"
                f" checkpoint of {options['since']} rows"
            ) from error
        if options["bytes"]:
            found += [str(fault) for fault in stored_objects.all_faults(self._progress("objects"))]
        sequence, row_hash = custody.newest()
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(
                f"Nhật ký lưu giữ bị hỏng: {len(found)} lỗi / custody chain BROKEN: "
                f"{len(found)} fault(s) in {sequence} rows"
            )
        signed = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
        self.stdout.write(
            f"Nhật ký lưu giữ nguyên vẹn / custody chain OK: {sequence} rows, last {row_hash},"
            f" {signed} rows signed"
        )

    def _progress(self, what: str) -> Any:
        """Return a function that says on the error stream how far it is, if somebody watches."""
        if not self.stderr.isatty():
            return None
        return lambda count: self.stderr.write(f"\r{count} {what}", ending="")
