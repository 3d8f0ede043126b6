"""A share as it may be shown: with its interval, drawn from 50 to 100 per cent, and the counts."""

from __future__ import annotations

from typing import Any

from django import template

from violations.accuracy import Tally

register = template.Library()


@register.inclusion_tag("violations/interval.html")
def interval(tally: Tally, is_low: bool = False) -> dict[str, Any]:
    """Draw where the true share lies, 95 per cent sure; the figures stand beside it in text."""
    low, high = tally.interval
    return {
        "tally": tally,
        "is_low": is_low,
        "low": _percent(low),
        "high": _percent(high),
        "from": round(low * 100, 1),
        "width": max(1.0, round((high - low) * 100, 1)),
    }


@register.filter
def percent(share: float | None) -> str:
    """Write a share as a percentage with one decimal, or a dash."""
    return "–" if share is None else f"{_percent(share)} %"


@register.filter
def per_mille(rate: int) -> str:
    """Write a rate kept per mille as a percentage."""
    return f"{_percent(rate / 1000)} %"


def _percent(share: float) -> str:
    """Write per cent with a decimal comma, as figures stand on the portal's pages."""
    return f"{share * 100:.1f}".removesuffix(".0").replace(".", ",")
