"""An answer that is being written: it stands in the session, on our side, until it is sent.

The key of the form is made when it is begun and sent with it: two tabs and a double click carry
the same one. When the half hour of the case is over, what was typed is still here; entering the
code of the same case again goes on with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from citizens.answer_forms import Page, pages_of
from citizens.grants import Grant
from citizens.submissions import Sent

_KEPT = "answer"
_ASIDE = frozenset({"text", "writer_name", "writer_as", "contact", "address"})


@dataclass
class Draft:
    """What was filled in so far, by page."""

    name: str
    key: uuid.UUID
    filled: dict[str, dict[str, str]]
    is_late: bool

    def pages(self) -> list[Page]:
        """Return the pages this answer has."""
        return pages_of(self.name, self.filled, late=self.is_late)

    def next_page(self) -> Page | None:
        """Return the first page without an answer, None when everything is filled in."""
        return next((page for page in self.pages() if page.slug not in self.filled), None)

    def sent(self, grant: Grant) -> Sent:
        """Return everything as it is sent; what another choice has made needless is left out."""
        values: dict[str, str] = {}
        for page in self.pages():
            values |= self.filled.get(page.slug, {})
        return Sent(
            text=values.get("text", ""),
            writer_name=values["writer_name"],
            writer_as=values["writer_as"],
            contact=values.get("contact", ""),
            address=values.get("address", ""),
            level=grant.level,
            person=grant.person,
            statement={name: value for name, value in values.items() if name not in _ASIDE},
        )


def held(
    session: MutableMapping[str, Any], case_id: uuid.UUID, name: str, *, late: bool
) -> Draft | None:
    """Return the draft of this answer in this case, None when none was begun."""
    kept = session.get(_KEPT)
    if kept is None or (kept["case"], kept["name"]) != (str(case_id), name):
        return None
    return Draft(name, uuid.UUID(kept["key"]), kept["filled"], late)


def begin(session: MutableMapping[str, Any], case_id: uuid.UUID, name: str, *, late: bool) -> Draft:
    """Begin an answer, and forget another one that was begun."""
    draft = Draft(name, uuid.uuid4(), {}, late)
    keep(session, case_id, draft)
    return draft


def keep(session: MutableMapping[str, Any], case_id: uuid.UUID, draft: Draft) -> None:
    """Keep what is filled in."""
    session[_KEPT] = {
        "case": str(case_id),
        "name": draft.name,
        "key": str(draft.key),
        "filled": draft.filled,
    }


def fill(
    session: MutableMapping[str, Any],
    case_id: uuid.UUID,
    draft: Draft,
    slug: str,
    values: Mapping[str, str],
) -> None:
    """Keep the answer to one page."""
    draft.filled[slug] = dict(values)
    keep(session, case_id, draft)


def sent_now(session: MutableMapping[str, Any], case_id: uuid.UUID, submission_id: int) -> None:
    """Forget the draft and remember what was sent, for the page that confirms it."""
    session.pop(_KEPT, None)
    session["answer_sent"] = {"case": str(case_id), "submission": submission_id}


def last_sent(session: MutableMapping[str, Any], case_id: uuid.UUID) -> int | None:
    """Return what this session sent last in a case."""
    kept = session.get("answer_sent")
    if kept is None or kept["case"] != str(case_id):
        return None
    return int(kept["submission"])
