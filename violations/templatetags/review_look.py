"""The key of an act of the review page, as this officer has set it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def key(context: dict[str, Any], act: str) -> SafeString:
    """Draw the key of an act; nothing for an act the officer has taken the key from."""
    printed = context.get("keys", {}).get(act, "")
    return format_html("<kbd>{}</kbd>", printed) if printed else SafeString()
