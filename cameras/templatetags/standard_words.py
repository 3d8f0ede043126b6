"""Show a sentence of the standard in the reader's own language, and the other one beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def own(context: Mapping[str, Any], pair: Any) -> str:
    """Return a pair's words in the reader's language."""
    return str(getattr(pair, context["own"]))


@register.simple_tag(takes_context=True)
def other_of(context: Mapping[str, Any], pair: Any) -> str:
    """Return a pair's words in the other language."""
    return str(getattr(pair, context["other"]))
