"""``manage.py signing_key``: which keys seal papers; register, retire, rotate."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices import production, signing_keys
from notices.key_places import KeyRefused, KeyUnavailable
from notices.models import SigningKey


class Command(BaseCommand):
    """Keep the register of signing keys. Private keys are never read into the database."""

    help = "Register, rotate, retire or list the keys that seal papers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the act and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        for act, says in (
            ("register", "put the first key of a unit into use"),
            ("rotate", "retire the key in use and put the next into use, at once"),
        ):
            given = acts.add_parser(act, help=says)
            given.add_argument("--unit", required=True, help="code; '' is the portal itself")
            given.add_argument("--place", required=True, help="pkcs12:NAME or pkcs11:TOKEN/LABEL")
            given.add_argument("--chain", required=True, type=Path, help="PEM, own first")
            if act == "rotate":
                given.add_argument("--reason", required=True)
        retired = acts.add_parser("retire", help="take the key of a unit out of use")
        retired.add_argument("--unit", required=True)
        retired.add_argument("--reason", required=True)
        again = acts.add_parser("again", help="make the papers again that a key could not seal")
        again.add_argument("--unit", required=True)
        acts.add_parser("list", help="show every key")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one act. Raises CommandError with the sentence of a refusal."""
        try:
            getattr(self, f"_{options['act']}")(options)
        except (KeyRefused, KeyUnavailable) as fault:
            raise CommandError(str(fault)) from fault

    def _register(self, options: dict[str, Any]) -> None:
        self._say("in use", signing_keys.register(options["unit"], **_given(options)))

    def _rotate(self, options: dict[str, Any]) -> None:
        key = signing_keys.rotate(options["unit"], reason=options["reason"], **_given(options))
        self._say("in use", key)
        waiting = len(production.unsealed(options["unit"]))
        if waiting:
            self.stdout.write(
                f"{waiting} papers wait for it: manage.py signing_key again --unit"
                f" {options['unit']}"
            )

    def _retire(self, options: dict[str, Any]) -> None:
        key = signing_keys.retire(
            options["unit"], reason=options["reason"], by_name=_person(), at=timezone.now()
        )
        self._say("retired", key)

    def _again(self, options: dict[str, Any]) -> None:
        count = sum(map(production.make_again, production.unsealed(options["unit"])))
        self.stdout.write(f"{count} papers are made again.")

    def _list(self, options: dict[str, Any]) -> None:
        for key in SigningKey.objects.order_by("purpose", "unit_code", "registered_at"):
            until = f"retired {key.retired_at:%d/%m/%Y}" if key.retired_at else "in use"
            self._say(until, key)

    def _say(self, state: str, key: SigningKey) -> None:
        self.stdout.write(
            f"{key.kid}  {key.purpose:5}  {key.unit_code or '-':12}  {state:20}"
            f"  {key.valid_from:%d/%m/%Y}-{key.valid_until:%d/%m/%Y}  {key.place}  {key.subject}"
        )


def _given(options: dict[str, Any]) -> dict[str, Any]:
    try:
        chain = options["chain"].read_text()
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"{options['chain']} cannot be read.") from fault
    return {
        "place": options["place"],
        "chain": chain,
        "by_name": _person(),
        "at": timezone.now(),
    }


def _person() -> str:
    """Return who types: the account of the machine."""
    return getpass.getuser()[:120]
