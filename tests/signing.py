"""Signing keys for the tests: one authority, one key a unit, made once a process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings

from config.demo.signing import Authority, authority_of, issue
from notices import signing_keys
from notices.models import SigningKey

# Cases of the tests live in other years too, and pdfsig asks today's clock.
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
LASTS = timedelta(days=9_000)


def give_key(unit_code: str) -> SigningKey:
    """Put the key of a unit into use; its file is made when the process asks first."""
    return signing_keys.register(
        unit_code,
        place=f"pkcs12:{_file_of(unit_code)}",
        chain=_chain(settings.SIGNING_KEYS_DIR, unit_code),
        by_name="Đinh Văn Nghĩa",
        at=FIRST_DAY,
    )


def authority() -> Authority:
    """Return the root that the tests' certificates come from."""
    return authority_of(Path(settings.SIGNING_KEYS_DIR), at=FIRST_DAY)


def _file_of(unit_code: str) -> str:
    return f"test-{unit_code or 'portal'}"


@cache
def _chain(folder: str, unit_code: str) -> str:
    return issue(
        Path(folder),
        _file_of(unit_code),
        f"Phòng CSGT {unit_code} (mẫu)",
        authority(),
        at=FIRST_DAY,
        until=FIRST_DAY + LASTS,
    )
