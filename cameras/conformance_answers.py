"""What the standard answers to a delivery, and how an answer that came differs from it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Expected:
    """What the standard says: the status, and what the body must hold."""

    status: int
    problem: str = ""
    paths: frozenset[str] = frozenset()
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """One delivery that was tried: what was expected and what came."""

    name: str
    expected: Expected
    status: int
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Tell whether the answer is that of the standard."""
        return not self.differences


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def differences(
    expected: Expected, status: int, headers: dict[str, str], body: bytes
) -> Iterator[str]:
    """Yield each way in which an answer is not the expected one; nothing when it is."""
    if status != expected.status:
        yield f"status {status} instead of {expected.status}"
        return
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        yield "the answer is no JSON object"
        return
    kind = "application/json" if status < 300 else "application/problem+json"
    if headers.get("content-type", "").partition(";")[0].strip() != kind:
        yield f"Content-Type is not {kind}"
    if status < 300 and not answer.get("receipt_id"):
        yield "no receipt_id"
    if expected.problem and answer.get("type") != f"urn:vn:traffic:problem:{expected.problem}":
        yield f"type is not urn:vn:traffic:problem:{expected.problem}"
    told = {error.get("path") for error in answer.get("errors", []) if isinstance(error, dict)}
    if expected.paths and told != expected.paths:
        yield f"errors name {sorted(map(str, told))} instead of {sorted(expected.paths)}"
    for name, value in expected.body.items():
        if answer.get(name) != value:
            yield f"{name} is not {value}"
    if "x-request-id" not in headers:
        yield "no X-Request-Id"
