"""Partners and what they send: made by two administrators, calling with a key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.test import Client

from citizens.models import ApiClient
from citizens.partners import clients, keys
from tests.citizens.visits import NOW
from tests.journeys import World, officer
from violations.models import Officer

REASON = "công văn số 12 (mẫu)"


def administrators(place: World) -> tuple[Officer, Officer]:
    """Return two administrators."""
    second = Officer.objects.filter(user__username="quan-tri-2").first()
    return place.administrator, second or officer(
        "quan-tri-2", "Hồ Thị Hai", "Administrator", place.national
    )


def client(place: World, kind: str = "agency", *, name: str = "", **limits: Any) -> ApiClient:
    """Make a client without any right."""
    first, _second = administrators(place)
    asked = {"per_minute": 600, "per_day": 100_000, "networks": []} | limits
    return clients.register(
        name or f"{kind} (mẫu)",
        kind,
        contact="van.hanh@vidu.vn",
        reason=REASON,
        by=first.user,
        at=NOW,
        **asked,
    )


def grant(place: World, held: ApiClient, what: str, value: str, **period: date) -> None:
    """Give a client a right: one administrator asks, another approves."""
    first, second = administrators(place)
    right = clients.ask_right(held, what, value, reason=REASON, by=first.user, at=NOW, **period)
    clients.approve_right(right, reason=REASON, by=second.user, at=NOW)


def key_of(place: World, held: ApiClient, *, at: datetime = NOW) -> str:
    """Return a key of a client."""
    return keys.issue(held, reason=REASON, by=administrators(place)[0].user, at=at).text


ALL = tuple(clients.scopes_for("agency"))
OF_A_FLEET = tuple(clients.scopes_for("fleet"))


def agency(place: World, *, unit: str = "", scopes: tuple[str, ...] = ALL, **more: Any) -> Caller:
    """Return an agency that calls with its key: of our unit unless told otherwise."""
    held = client(place, "agency", **more)
    for scope in scopes:
        grant(place, held, "scope", scope)
    grant(place, held, "unit", unit or place.unit.code)
    return Caller(held, key_of(place, held))


def fleet(
    place: World,
    *plates: str,
    owner: str = "",
    scopes: tuple[str, ...] = OF_A_FLEET,
    **more: Any,
) -> Caller:
    """Return a fleet that calls with its key; it has owned its vehicles for long.

    ``owner`` is the number that the register names it by.
    """
    held = client(place, "fleet", **more)
    for scope in scopes:
        grant(place, held, "scope", scope)
    for plate in plates:
        grant(place, held, "plate", plate, from_on=date(2020, 1, 1))
    if owner:
        grant(place, held, "owner", owner)
    return Caller(held, key_of(place, held))


class Caller:
    """A client of the API with one key, reading English."""

    def __init__(self, held: ApiClient, key: str) -> None:
        self.client, self.key = held, key
        self._browser = Client(headers={"accept-language": "en"})

    def get(self, path: str, asked: dict[str, Any] | None = None, **headers: str) -> Any:
        """Ask an address below /api/v1/."""
        sent = {"authorization": f"Bearer {self.key}"} | headers
        return self._browser.get(f"/api/v1/{path}", asked or {}, headers=sent)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Send something to an address below /api/v1/."""
        sent = {"authorization": f"Bearer {self.key}"} | headers
        return self._browser.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=sent
        )

    def numbers(self, **asked: Any) -> list[str]:
        """Return the numbers of the cases on the first page."""
        answer = self.get("violations/", asked)
        assert answer.status_code == 200, answer.content
        return [row["number"] for row in answer.json()["results"]]
