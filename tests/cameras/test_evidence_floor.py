"""What each kind of violation needs to be shown, as a table."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cameras.adapters.contract import Box, ByteRange, ParsedImage
from cameras.adapters.vocabulary import VIOLATION_TYPES
from cameras.canonical import SeenPicture
from cameras.evidence_floor import below_floor, floor_of
from cameras.images import ImageFacts

pytestmark = pytest.mark.gate


def shown(
    role: str = "overview_1",
    *,
    size: tuple[int, int] = (1280, 720),
    at: str = "",
    vehicle: float | None = None,
    signal: bool = False,
    sha256: str = "",
) -> SeenPicture:
    boxes = [] if vehicle is None else [Box("vehicle", vehicle, 0.4, 0.2, 0.2)]
    boxes += [Box("signal", 0.8, 0.1, 0.05, 0.1)] if signal else []
    shown.number += 1
    image = ParsedImage(
        role, ByteRange(0, 9), sha256 or f"{shown.number:064x}", "image/jpeg", at, tuple(boxes), ""
    )
    return SeenPicture(image, 9, ImageFacts(*size, ()), SimpleNamespace(pk=1))


shown.number = 0
CLOSE = "vehicle_crop"


def codes(kind: str, pictures: list[SeenPicture]) -> list[str]:
    return [reason["code"] for reason in below_floor(kind, pictures)]


@pytest.mark.parametrize(
    ("kind", "pictures", "wrong"),
    [
        ("red_light", lambda: [shown(), shown(), shown()], []),
        ("red_light", lambda: [shown(), shown()], ["too_few_pictures"]),
        ("red_light", lambda: [shown(signal=True)] * 0 + [shown(signal=True) for _ in "abc"], []),
        (
            "red_light",
            lambda: [shown(signal=True), shown(signal=True), shown()],
            ["signal_not_in_each"],
        ),
        (
            "red_light",
            lambda: [shown(vehicle=0.3), shown(vehicle=0.301), shown(vehicle=0.3)],
            ["vehicle_does_not_move"],
        ),
        ("red_light", lambda: [shown(vehicle=0.3), shown(vehicle=0.35), shown(vehicle=0.4)], []),
        ("red_light", lambda: [shown(vehicle=0.3), shown(), shown()], []),
        ("wrong_way", lambda: [shown(), shown()], []),
        ("wrong_way", lambda: [shown(), shown(CLOSE)], ["too_few_pictures"]),
        (
            "wrong_way",
            lambda: [shown(sha256="a" * 64), shown(sha256="a" * 64)],
            ["too_few_pictures"],
        ),
        ("wrong_way", lambda: [shown(), shown(size=(640, 480))], ["pictures_too_small"]),
        ("speed_over", lambda: [shown()], []),
        ("speed_over", lambda: [shown(CLOSE)], ["too_few_pictures"]),
        ("no_helmet", lambda: [shown(), shown(CLOSE)], []),
        ("no_helmet", lambda: [shown(), shown("occupant")], []),
        ("no_helmet", lambda: [shown(), shown("overview_2")], ["close_view_missing"]),
        ("no_seat_belt", lambda: [shown("occupant")], ["too_few_pictures"]),
        (
            "illegal_stop_parking",
            lambda: [shown(at="20261012080000000"), shown(at="20261012080010000")],
            [],
        ),
        (
            "illegal_stop_parking",
            lambda: [shown(at="20261012080000000"), shown(at="20261012080009999")],
            ["pictures_not_apart"],
        ),
        ("illegal_stop_parking", lambda: [shown(), shown()], ["pictures_not_apart"]),
        (
            "illegal_stop_parking",
            lambda: [shown(at="2026-10-12 08:00:00"), shown(at="2026-10-12 08:00:11.5")],
            [],
        ),
    ],
)
def test_what_each_violation_needs(kind, pictures, wrong):
    assert codes(kind, pictures()) == wrong


@pytest.mark.parametrize("kind", sorted(VIOLATION_TYPES))
def test_every_kind_of_violation_needs_at_least_one_picture_of_the_scene(kind):
    assert floor_of(kind).overviews >= 1
    assert "too_few_pictures" in codes(kind, [])


def test_the_operator_may_ask_for_more(settings):
    settings.EVIDENCE_FLOORS = {"speed_over": {"overviews": 2}}
    assert codes("speed_over", [shown()]) == ["too_few_pictures"]
