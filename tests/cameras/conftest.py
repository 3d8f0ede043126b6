"""Every event that any test of the cameras stores is held against the published schema."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from cameras import claims
from cameras.standard import schemas
from tests.cameras.json_schema import errors

FULL = schemas.full_schema()


@pytest.fixture(autouse=True)
def _what_is_stored_follows_the_standard(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whichever maker's message it came from, and however odd that was."""
    write, wrong = claims.canonical_event, []

    def held(*claim: object, **facts: object) -> object:
        event = write(*claim, **facts)  # type: ignore[arg-type]
        wrong.extend(errors(json.loads(json.dumps(event)), FULL))
        return event

    monkeypatch.setattr(claims, "canonical_event", held)
    yield
    assert wrong == []
