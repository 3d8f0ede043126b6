"""``manage.py verify_custody``: check the whole custody chain and name every broken row."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cameras import custody


class Command(BaseCommand):
    """Recompute every hash of the custody log; the last line says whether it is whole."""

    help = "Check the custody chain; ends with exit code 1 and names the rows when it is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each fault, then one line with the verdict."""
        found = custody.faults(at=timezone.now())
        sequence, row_hash = custody.newest()
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(
                f"Nhật ký lưu giữ bị hỏng: {len(found)} lỗi / custody chain BROKEN: "
                f"{len(found)} fault(s) in {sequence} rows"
            )
        self.stdout.write(
            f"Nhật ký lưu giữ nguyên vẹn / custody chain OK: {sequence} rows, last {row_hash}"
        )
