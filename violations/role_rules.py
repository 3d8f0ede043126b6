"""Which roles one person never holds together. Pure: names in, names out."""

from __future__ import annotations

from collections.abc import Iterable

ADMINISTRATOR = "Administrator"
AUDITOR = "Auditor"

ROLES_ON_CASES = (
    "Reviewing officer",
    "Signing leader",
    "Supervisor",
    "Clerk",
    "Accountant",
    "Camera technician",
)

# Who gives rights uses none, and who checks has done none of what is checked.
FORBIDDEN: frozenset[frozenset[str]] = frozenset(
    {frozenset({ADMINISTRATOR, AUDITOR})}
    | {frozenset({ADMINISTRATOR, role}) for role in ROLES_ON_CASES}
    | {frozenset({AUDITOR, role}) for role in ROLES_ON_CASES}
)


def forbidden_pairs(roles: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs among ``roles`` that nobody may hold together, in the order of names."""
    held = set(roles)
    found = [sorted(pair) for pair in FORBIDDEN if pair <= held]
    return sorted((first, second) for first, second in found)
