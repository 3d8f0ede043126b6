"""The parts of a long list as links above it, each with the number of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from citizens.list_pages import Counted, ListPage


@dataclass(frozen=True)
class Part:
    """One link: its word in the address, what it says, how many rows it has, and if it is open."""

    name: str
    label: str
    counted: Counted
    is_shown: bool


def asked_part(request: HttpRequest, parts: Mapping[str, Any]) -> str:
    """Return the part that is asked for, the whole list for a word nobody knows."""
    asked = request.GET.get("loc", "")
    return asked if asked in parts else ""


def parts_of(
    parts: Mapping[str, Any], counts: Mapping[str, Counted], shown: str
) -> tuple[Part, ...]:
    """Return the links; none where the whole list is one row or none."""
    if counts[""].number < 2:
        return ()
    return tuple(
        Part(name, str(label), counts[name], name == shown) for name, label in parts.items()
    )


def links_of(page: ListPage[Any], part: str) -> dict[str, str]:
    """Return the addresses of the pages beside one, as ``components/pages.html`` asks for them."""
    found = {"previous_url": page.newer, "next_url": page.older}
    return {name: f"?loc={part}&trang={place}" if place else "" for name, place in found.items()}
