"""The drawn pictures: what a person and an evidence rule must find in them."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageChops, ImageStat

from cameras.images import inspect_jpeg
from cameras.scene import (
    RedLight,
    Sighting,
    Speeding,
    draw_passage,
    draw_red_light,
    draw_speeding,
)
from cameras.scene.plate import plate_face

pytestmark = pytest.mark.gate

AT = datetime(2026, 11, 18, 3, 6, 33, 480000, tzinfo=UTC)


def sighting(**changes) -> Sighting:
    given = {
        "camera_code": "CAM-0001",
        "place": "nút giao Ví Dụ – Mẫu",
        "at": AT,
        "plate": "30F25658",
        "vehicle_colour": "red",
        "seed": 2,
    }
    return Sighting(**{**given, **changes})


@pytest.fixture(scope="module")
def red_light():
    return draw_red_light(RedLight(sighting(), red_since_ms=1900))


@pytest.fixture(scope="module")
def speeding():
    return draw_speeding(Speeding(sighting(lane=2), 974, 800, "KĐ-01 (mẫu)", "30/06/2027"))


def pixels(frame, box=None) -> Image.Image:
    picture = Image.open(io.BytesIO(frame.jpeg)).convert("RGB")
    if box is None:
        return picture
    left, top = box.x * picture.width, box.y * picture.height
    right, bottom = left + box.width * picture.width, top + box.height * picture.height
    return picture.crop((round(left), round(top), round(right), round(bottom)))


def box_of(frame, kind: str):
    return next(box for box in frame.boxes if box.kind == kind)


def test_a_red_light_event_has_three_overviews_and_the_plate(red_light):
    roles = [frame.role for frame in red_light]
    assert roles == ["overview_1", "overview_2", "overview_3", "plate_crop"]


def test_every_overview_meets_the_floor_of_evidence(red_light, speeding):
    for frame in [*red_light[:3], *speeding[:2]]:
        facts = inspect_jpeg(frame.jpeg)
        assert (facts.width, facts.height, facts.flags) == (1920, 1080, ())
        assert 180_000 < len(frame.jpeg) < 420_000


def test_the_vehicle_is_before_on_and_past_the_stop_line(red_light):
    line = box_of(red_light[0], "line")
    tops = [box_of(frame, "vehicle").y for frame in red_light[:3]]
    bottoms = [
        box_of(frame, "vehicle").y + box_of(frame, "vehicle").height for frame in red_light[:3]
    ]
    assert bottoms[0] > bottoms[1] > line.y > tops[1]
    assert bottoms[2] < line.y
    assert tops[0] > tops[1] > tops[2]


def test_the_light_is_red_in_every_overview(red_light):
    for frame in red_light[:3]:
        lamp = [
            colour
            for _, colour in pixels(frame, box_of(frame, "signal")).getcolors(1 << 24)
            if colour[0] > 190 and colour[1] < 90 and colour[2] < 90
        ]
        assert lamp, "no red lamp in the signal box"


def test_a_passage_at_green_shows_a_green_light():
    overview, _crop = draw_passage(sighting())
    colours = pixels(overview, box_of(overview, "signal")).getcolors(1 << 24)
    assert any(green > 180 and red < 110 for _, (red, green, _blue) in colours)


def test_the_clock_and_the_seconds_of_red_run_on(red_light):
    first, second, third, _ = red_light
    assert first.captured_at == AT
    assert first.captured_at < second.captured_at < third.captured_at
    assert first.red_since_ms == 1900
    gone = (third.captured_at - first.captured_at).total_seconds() * 1000
    assert third.red_since_ms - first.red_since_ms == round(gone)


def test_the_data_bar_is_printed_and_differs_between_pictures(red_light):
    bars = [pixels(frame).crop((0, 0, 1920, 40)) for frame in red_light[:3]]
    for bar in bars:
        dark, light = bar.convert("L").getextrema()
        assert dark < 25
        assert light > 200
    assert ImageChops.difference(bars[0], bars[1]).getbbox() is not None


def test_the_amber_mark_says_that_it_is_an_illustration(red_light, speeding):
    for frame in [red_light[0], speeding[0]]:
        corner = pixels(frame).crop((1700, 0, 1920, 40))
        assert any(
            red > 200 and 120 < green < 215 and blue < 110
            for _, (red, green, blue) in corner.getcolors(1 << 24)
        )


def test_the_same_scenario_gives_the_same_bytes(red_light):
    again = draw_red_light(RedLight(sighting(), red_since_ms=1900))
    assert [frame.jpeg for frame in again] == [frame.jpeg for frame in red_light]


def test_another_seed_gives_another_picture(red_light):
    other = draw_red_light(RedLight(sighting(seed=3), red_since_ms=1900))
    assert other[0].jpeg != red_light[0].jpeg


def test_the_vehicle_has_the_colour_that_was_asked_for():
    for colour, test in {
        "red": lambda red, green, blue: red > green + 40,
        "blue": lambda red, green, blue: blue > red + 20,
        "white": lambda red, green, blue: min(red, green, blue) > 120,
    }.items():
        frame = draw_passage(sighting(vehicle_colour=colour))[0]
        box = box_of(frame, "vehicle")
        body = pixels(frame, box)
        middle = body.crop(
            (body.width // 4, body.height // 2, body.width * 3 // 4, body.height * 5 // 8)
        )
        assert test(*ImageStat.Stat(middle).median), colour


@pytest.mark.parametrize("colour", ["white", "yellow", "blue"])
def test_a_plate_has_the_ground_of_its_kind(colour):
    face = plate_face("30F25658", "car", colour).convert("RGB")
    red, green, blue = face.getpixel((face.width // 2, 18))
    expected = {
        "white": min(red, green, blue) > 220,
        "yellow": red > 220 and blue < 100,
        "blue": blue > 140 and red < 60,
    }
    assert expected[colour]


def test_a_motorcycle_has_a_plate_of_two_lines():
    long, short = (plate_face("29B112345", kind, "white") for kind in ("car", "motorcycle"))
    assert long.width > 4 * long.height
    assert short.width < 1.5 * short.height
    middle = short.convert("L").crop((40, 196, short.width - 40, 204))
    assert middle.getextrema()[0] > 200, "a free line between the two rows"


def test_the_plate_is_wide_enough_to_be_read(red_light, speeding):
    assert box_of(red_light[0], "plate").width * 1920 > 80
    assert box_of(speeding[0], "plate").width * 1920 > 80
    assert pixels(red_light[3]).width > 400


def test_two_speed_pictures_are_as_far_apart_as_the_speed_says(speeding):
    first, second, _ = speeding
    gap = second.captured_at - first.captured_at
    assert gap.total_seconds() == 0.4
    assert box_of(second, "vehicle").width < box_of(first, "vehicle").width * 0.75


def test_night_follows_from_the_hour():
    day = draw_passage(sighting())[0]
    night = draw_passage(sighting(at=datetime(2026, 11, 18, 14, 6, 33, tzinfo=UTC)))[0]
    brightness = [ImageStat.Stat(pixels(frame).convert("L")).mean[0] for frame in (day, night)]
    assert brightness[0] > brightness[1] + 30


@pytest.mark.parametrize(
    ("vehicle_class", "plate"),
    [
        ("motorcycle", "29B112345"),
        ("e_bike", "29MĐ112345"),
        ("truck", "51D12345"),
        ("bus", "51B12345"),
        ("special", "29CD01234"),
    ],
)
def test_every_class_of_vehicle_is_drawn_inside_the_picture(vehicle_class, plate):
    frame = draw_passage(sighting(vehicle_class=vehicle_class, plate=plate, lane=2))[0]
    box = box_of(frame, "vehicle")
    assert box.width > 0.04
    assert 0 <= box.x <= 1 - box.width
    assert 0 <= box.y <= 1 - box.height
