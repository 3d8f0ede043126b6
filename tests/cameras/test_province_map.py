"""The map of the provinces: all of them, with the islands, where they are."""

import re

import pytest

from cameras import device_day, province_map

pytestmark = pytest.mark.gate

HA_NOI = (105_850_000, 21_020_000)


def test_every_province_is_there():
    assert len(province_map.provinces()) == 34
    assert province_map.provinces()["01"].name == "Hà Nội"


@pytest.mark.parametrize(("code", "pieces"), [("48", 46), ("56", 100)])
def test_the_islands_far_out_are_drawn_on_the_map_of_the_country(code, pieces):
    province = province_map.provinces()[code]
    far = province_map.path_of(province, province_map.country(), far=True)
    assert far.count("M") >= pieces
    west = min(int(x) for x in re.findall(r"M(\d+) ", far))
    assert west > 530  # east of the coast, which ends near 470


def test_a_path_has_no_point_outside_its_sheet():
    frame = province_map.country()
    for province in province_map.provinces().values():
        path = province_map.path_of(province, frame)
        for x, y in re.findall(r"[ML](-?\d+) (-?\d+)", path):
            assert 0 <= int(x) <= frame.width and 0 <= int(y) <= frame.height


def test_a_point_lies_within_its_own_province_only():
    inside = {
        code
        for code, province in province_map.provinces().items()
        if province_map.frame_of(province).holds(HA_NOI)
    }
    assert "01" in inside
    assert "79" not in inside


def test_degrees_are_as_long_as_they_are():
    frame = province_map.Frame(100_000_000, 20_000_000, 101_000_000, 19_000_000, 1000)
    assert frame.at((101_000_000, 20_000_000)) == (1000, 0)
    assert frame.at((100_000_000, 19_000_000)) == (0, 1040)  # 1 / cos 16° = 1.0403


def test_what_stands_close_together_is_gathered():
    frame = province_map.country()
    near = (HA_NOI[0] + 10_000, HA_NOI[1])
    far = (106_660_000, 10_780_000)
    gathered = province_map.cells([(HA_NOI, "a"), (near, "b"), (far, "c")], frame, 14)
    assert sorted(map(sorted, gathered.values())) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([], ""),
        ([None, None], ""),
        ([0, 10, 5], "M0 40L120 0L240 20"),
        ([-10, 0, 10], "M0 40L120 20L240 0"),
        ([10, None, 10], "M0 0h1M240 0h1"),
        ([0, 0, 0], "M0 40L120 40L240 40"),
    ],
    ids=["nothing", "unknown", "up", "below-nought", "gap", "flat"],
)
def test_a_small_line(values, path):
    assert device_day.line(values) == path
