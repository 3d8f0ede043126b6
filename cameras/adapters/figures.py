"""Read the figures devices write as text, without ever passing through a float.

Nothing is rounded up: cutting further digits favours the person. "-", an empty text and anything
else that is no figure give ``None``.
"""

import re

_DECIMAL = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,9}))?")


def whole_number(text: str) -> int | None:
    """Return a non-negative whole number, or ``None`` for anything else, "-" included."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def tenths(text: str) -> int | None:
    """Return a decimal figure in tenths, further digits cut off: ``63.58`` is 635."""
    match = _DECIMAL.fullmatch(text)
    return int(match.group(1)) * 10 + int((match.group(2) or "0")[0]) if match else None


def thousandths(text: str) -> int | None:
    """Return a decimal figure in thousandths, further digits cut off: tonnes as kilograms."""
    match = _DECIMAL.fullmatch(text)
    if not match:
        return None
    return int(match.group(1)) * 1000 + int(f"{match.group(2) or '0':0<3}"[:3])


def milliseconds(text: str) -> int | None:
    """Return a figure in seconds as whole milliseconds."""
    return thousandths(text)


def per_mille(text: str, scale: str) -> int | None:
    """Return a confidence per mille; ``scale`` is ``percent``, ``unit`` or ``byte`` (of 255).

    Raises ``ValueError`` on another scale. More than the whole is the whole.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    thousandths = int(match.group(1)) * 1000 + int(f"{match.group(2) or '0':0<3}"[:3])
    if scale == "percent":
        return min(1000, thousandths // 100)
    if scale == "unit":
        return min(1000, thousandths)
    if scale == "byte":
        return min(1000, thousandths // 255)
    raise ValueError(f"unknown scale: {scale}")
