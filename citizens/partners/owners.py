"""A fleet known by the number its vehicles are registered under: kept sealed, told by its end.

The register's answer stands in each case with the owner's number; a right that names the number
therefore follows the register by itself, without a list of plates that somebody keeps.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from citizens import sealing
from citizens.consents import person_digest
from citizens.contacts import plain_identity
from citizens.partner_models import ApiRight
from violations.guards import Refused

logger = logging.getLogger(__name__)

PURPOSE = "fleet-owner"
#: Tax code of an enterprise, of its branch, or a citizen's identity number.
NUMBER = re.compile(r"[0-9]{10}|[0-9]{12}|[0-9]{13}", re.ASCII)


def read(typed: str) -> str:
    """Return an owner's number without its signs. Raises Refused for what is none."""
    number = plain_identity(typed)
    if not NUMBER.fullmatch(number):
        raise Refused(
            gettext("Enter the owner's number: 10 or 13 figures of a tax code, 12 of a person.")
        )
    return number


def kept(number: str) -> dict[str, Any]:
    """Return what a right keeps of a number: its end with a beginning of its digest, and sealed."""
    digest = person_digest(number)
    return {
        "value": f"…{number[-4:]} {digest.hex()[:8]}",
        "owner_digest": digest,
        "sealed_number": sealing.seal(PURPOSE, number.encode()),
    }


def numbers(rights: QuerySet[ApiRight]) -> tuple[str, ...]:
    """Return the numbers of rights as they may stand in the register's answers.

    What cannot be unsealed any more, or is not the number two people agreed to, opens nothing and
    is told to whoever reads the log.
    """
    found: list[str] = []
    for right in rights:
        try:
            number = sealing.unseal(PURPOSE, bytes(right.sealed_number or b"")).decode()
        except sealing.Unreadable:
            logger.warning("the number of a fleet's right cannot be unsealed: ask for it anew")
            continue
        if person_digest(number) != bytes(right.owner_digest or b""):
            logger.error("the number of a fleet's right is another than its digest says")
            continue
        found.append(number)
        if len(number) == 13:
            found.append(f"{number[:10]}-{number[10:]}")
    return tuple(found)
