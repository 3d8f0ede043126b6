"""``manage.py account_key``: what ACCOUNT_KEY sealed, and sealing it under the new one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from citizens import resealing


class Command(BaseCommand):
    """Count what is sealed under which key, or move all of it to today's."""

    help = "Count what ACCOUNT_KEY and the former keys seal (list), or seal it anew (reseal)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the act and the size of a batch."""
        parser.add_argument("act", choices=["list", "reseal"])
        parser.add_argument("--batch", type=int, default=resealing.BATCH)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print three figures and what to do next. Raises CommandError when rows open to no key."""
        batch = max(1, options["batch"])
        is_moving = options["act"] == "reseal"
        found = resealing.reseal(batch=batch) if is_moving else resealing.counted(batch=batch)
        word = "moved / đã niêm phong lại" if is_moving else "former keys / khóa cũ"
        self.stdout.write(f"today / khóa hiện tại: {found.today}")
        self.stdout.write(f"{word}: {found.former}")
        self.stdout.write(f"unreadable / không mở được: {found.unreadable}")
        if found.unreadable:
            raise CommandError(
                "Có số định danh không khóa nào mở được: thêm khóa cũ vào ACCOUNT_FORMER_KEYS; nếu "
                "khóa đã mất, người dân xác thực danh tính lại. / No key opens some numbers: add "
                "the former key to ACCOUNT_FORMER_KEYS; if it is lost, people prove their identity "
                "again."
            )
