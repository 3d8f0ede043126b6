"""What a witness says about a checkpoint it has seen, and how its receipt is checked. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cameras.checkpoint_texts import Statement
from cameras.custody_rows import canonical
from cameras.signed_texts import is_signed, key_id

FORMAT = "vn.traffic.custody-witness/1"


@dataclass(frozen=True)
class Receipt:
    """A witness's signed word that it saw a log of this size and root, and none that differs."""

    witness: str
    centre: str
    size: int
    root: bytes
    seen_at: str
    public_key: bytes

    def is_about(self, statement: Statement) -> bool:
        """Tell whether this is the receipt for a checkpoint."""
        about = (statement.centre, statement.size, statement.root)
        return (self.centre, self.size, self.root) == about


def receipt_text(statement: Statement, *, witness: str, seen_at: str, public_key: bytes) -> str:
    """Return the canonical JSON a witness signs."""
    return canonical(
        {
            "format": FORMAT,
            "witness": witness,
            "centre": statement.centre,
            "size": statement.size,
            "root": statement.root.hex(),
            "seen_at": seen_at,
            "key_id": key_id(public_key),
        }
    ).decode()


def read_receipt(answer: Mapping[str, Any]) -> Receipt:
    """Read a witness's answer to a checkpoint. Raises ValueError unless it is a signed receipt.

    The key is the one in the answer: whoever relies on it must know whose it is.
    """
    try:
        text = str(answer["receipt"])
        public_key = bytes.fromhex(answer["public_key"])
        signature = bytes.fromhex(answer["signature"])
        said = json.loads(text)
        receipt = Receipt(
            str(said["witness"]), str(said["centre"]), int(said["size"]),
            bytes.fromhex(said["root"]), str(said["seen_at"]), public_key,
        )  # fmt: skip
        names = said["format"], said["key_id"]
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("the answer is no receipt") from error
    if names != (FORMAT, key_id(public_key)) or not is_signed(text.encode(), signature, public_key):
        raise ValueError("the receipt is not signed by the key it names")
    return receipt
