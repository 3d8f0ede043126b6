"""``manage.py custody_key``: print the public key by which others check this centre's log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cameras import custody_keys, signed_texts


class Command(BaseCommand):
    """Print what is to be published; the private key is never shown."""

    help = "Print the centre's public key and its id, to be published and given to witnesses."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print centre, key and the key's id."""
        key = custody_keys.public_key()
        self.stdout.write(f"centre      {settings.CENTRE_CODE}")
        self.stdout.write(f"public key  {key.hex()}")
        self.stdout.write(f"key id      {signed_texts.key_id(key)}")
