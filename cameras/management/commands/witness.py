"""``manage.py witness``: watch over the custody logs of other centres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cameras import custody_keys, signed_texts
from cameras.witness import Witness, serve


class Command(BaseCommand):
    """Run a witness until it is stopped; put a server with TLS in front of it."""

    help = "Accept the checkpoints of other centres, refuse one that takes back what it said."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Say where to listen, where to keep the book, whom to admit."""
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--file", type=Path, required=True, help="the book of the witness")
        parser.add_argument("--name", default="witness", help="name printed in receipts")
        parser.add_argument(
            "--admit",
            action="append",
            default=[],
            metavar="CENTRE=PUBLIC_KEY",
            help="a centre's code and its public key (64 hexadecimal digits); may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the public key for the centres' settings, then serve."""
        witness = Witness(
            name=options["name"],
            path=options["file"],
            key=custody_keys.signing_key(),
            admitted=dict(_admitted(text) for text in options["admit"]),
        )
        server = serve(witness, options["port"], timezone.now, options["host"])
        key = signed_texts.public_bytes(witness.key).hex()
        self.stdout.write(f"witness http://{options['host']}:{options['port']}/#{key}")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()


def _admitted(text: str) -> tuple[str, str]:
    centre, _equals, key = text.partition("=")
    try:
        right = len(bytes.fromhex(key)) == signed_texts.PUBLIC_KEY_BYTES
    except ValueError:
        right = False
    if not centre or not right:
        raise CommandError("Write --admit CENTRE=PUBLIC_KEY, the key in 64 hexadecimal digits.")
    return centre, key.lower()
