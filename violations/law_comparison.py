"""Compare the loaded catalogue with another edition of it, and name every difference.

The other edition is a CSV as a study or an expert hands it over: one row for one act, as the law
stood from 15/8/2026. Nothing is written; nothing in the portal depends on such a file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db.models import Q

from violations.models import PenaltyRule

STATE_OF_LAW = date(2026, 8, 15)  # NĐ 238/2026 takes effect

#: The columns of the other edition, and the column of ours that must say the same.
COLUMNS = {
    "code": "code",
    "vehicle_class": "vehicle_group",
    "article": "article",
    "clause": "clause",
    "point": "point",
    "behaviour_vi": "act_vi",
    "behaviour_en": "act_en",
    "fine_min_vnd": "fine_min_vnd",
    "fine_max_vnd": "fine_max_vnd",
    "points_deducted": "points",
    "suspension_months_min": "suspension_months_min",
    "suspension_months_max": "suspension_months_max",
    "source": "source",
    "confidence": "confidence",
}


class NotACatalogue(ValueError):
    """The file to compare with is no catalogue; the sentence says what is wrong with it."""


def read_edition(path: Path) -> dict[str, dict[str, str]]:
    """Read another edition of the catalogue: code → its columns as text.

    Raises NotACatalogue when the file cannot be read, lacks a column or has one too many, holds a
    row of another length, or names a code twice or not at all.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise NotACatalogue(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NotACatalogue(f"{path} is not UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise NotACatalogue(f"line {reader.line_num} is not CSV: {error}") from error
    if not lines or set(lines[0]) != set(COLUMNS) or len(lines[0]) != len(COLUMNS):
        raise NotACatalogue(f"the columns must be {', '.join(COLUMNS)}")
    edition: dict[str, dict[str, str]] = {}
    for number, line in enumerate(lines[1:], 1):
        if len(line) != len(COLUMNS):
            raise NotACatalogue(f"row {number} has {len(line)} columns instead of {len(COLUMNS)}")
        row = dict(zip(lines[0], line, strict=True))
        if not row["code"]:
            raise NotACatalogue(f"row {number} has no code")
        if row["code"] in edition:
            raise NotACatalogue(f"row {number}: the code {row['code']} stands twice")
        edition[row["code"]] = row
    return edition


def differences(edition: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield one line for each missing row, extra row, and column with both values."""
    in_force = PenaltyRule.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=STATE_OF_LAW),
        effective_from__lte=STATE_OF_LAW,
    )
    loaded = {rule.code: _as_edition(rule) for rule in in_force}
    for code in sorted(loaded.keys() | edition.keys()):
        if code not in loaded:
            yield f"{code}: missing row, the file has it and the portal does not"
        elif code not in edition:
            yield f"{code}: extra row, the portal has it and the file does not"
        else:
            for name in COLUMNS:
                ours, theirs = loaded[code][name], edition[code][name]
                if ours != theirs:
                    yield f"{code}: {name} is {ours!r} in the portal and {theirs!r} in the file"


def _as_edition(rule: PenaltyRule) -> dict[str, str]:
    values = {name: getattr(rule, ours) for name, ours in COLUMNS.items()}
    return {name: "" if value is None else str(value) for name, value in values.items()}
