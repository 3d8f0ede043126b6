"""The 81 plate codes, each with the province that had it and the unit that runs it today."""

import re

import pytest

from cameras.plate_grammar import plate_codes
from cameras.plates import read_plate

pytestmark = pytest.mark.gate

CAR = "car"

#: law.md 6.1: the units of today and the codes they run.
UNITS = """
An Giang 67 68 · Bắc Ninh 98 99 · Cà Mau 69 94 · Cần Thơ 65 83 95 · Cao Bằng 11 · Đà Nẵng 43 92 ·
Đắk Lắk 47 78 · Điện Biên 27 · Đồng Nai 39 60 93 · Đồng Tháp 63 66 · Gia Lai 77 81 ·
Hà Nội 29 30 31 32 33 40 · Hà Tĩnh 38 · Hải Phòng 15 16 34 · Hưng Yên 17 89 · Khánh Hòa 79 85 ·
Lai Châu 25 · Lâm Đồng 48 49 86 · Lạng Sơn 12 · Lào Cai 21 24 · Nghệ An 37 · Ninh Bình 18 35 90 ·
Phú Thọ 19 28 88 · Quảng Ngãi 76 82 · Quảng Ninh 14 · Quảng Trị 73 74 · Sơn La 26 ·
Tây Ninh 62 70 · Thái Nguyên 20 97 · Thanh Hóa 36 · Huế 75 ·
TP. Hồ Chí Minh 41 50 51 52 53 54 55 56 57 58 59 61 72 · Tuyên Quang 22 23 · Vĩnh Long 64 71 84 ·
Cục Cảnh sát giao thông (Bộ Công an) 80
"""
#: The provinces before 1 July 2025 and the codes they had.
OLD_PROVINCES = {
    "Cao Bằng": "11",
    "Lạng Sơn": "12",
    "Quảng Ninh": "14",
    "Hải Phòng": "15 16",
    "Thái Bình": "17",
    "Nam Định": "18",
    "Phú Thọ": "19",
    "Thái Nguyên": "20",
    "Yên Bái": "21",
    "Tuyên Quang": "22",
    "Hà Giang": "23",
    "Lào Cai": "24",
    "Lai Châu": "25",
    "Sơn La": "26",
    "Điện Biên": "27",
    "Hòa Bình": "28",
    "Hà Nội": "29 30 31 32 33 40",
    "Hải Dương": "34",
    "Ninh Bình": "35",
    "Thanh Hóa": "36",
    "Nghệ An": "37",
    "Hà Tĩnh": "38",
    "Đồng Nai": "39 60",
    "TP. Hồ Chí Minh": "41 50 51 52 53 54 55 56 57 58 59",
    "Đà Nẵng": "43",
    "Đắk Lắk": "47",
    "Đắk Nông": "48",
    "Lâm Đồng": "49",
    "Bình Dương": "61",
    "Long An": "62",
    "Tiền Giang": "63",
    "Vĩnh Long": "64",
    "Cần Thơ": "65",
    "Đồng Tháp": "66",
    "An Giang": "67",
    "Kiên Giang": "68",
    "Cà Mau": "69",
    "Tây Ninh": "70",
    "Bến Tre": "71",
    "Bà Rịa - Vũng Tàu": "72",
    "Quảng Bình": "73",
    "Quảng Trị": "74",
    "Thừa Thiên Huế (TP. Huế từ 01/01/2025)": "75",
    "Quảng Ngãi": "76",
    "Bình Định": "77",
    "Phú Yên": "78",
    "Khánh Hòa": "79",
    "Cục Cảnh sát giao thông (Bộ Công an)": "80",
    "Gia Lai": "81",
    "Kon Tum": "82",
    "Sóc Trăng": "83",
    "Trà Vinh": "84",
    "Ninh Thuận": "85",
    "Bình Thuận": "86",
    "Vĩnh Phúc": "88",
    "Hưng Yên": "89",
    "Hà Nam": "90",
    "Quảng Nam": "92",
    "Bình Phước": "93",
    "Bạc Liêu": "94",
    "Hậu Giang": "95",
    "Bắc Kạn": "97",
    "Bắc Giang": "98",
    "Bắc Ninh": "99",
}


def test_every_code_has_its_old_and_its_new_province():
    codes = re.findall(r"\d\d", UNITS)
    new = {
        code: unit.split(" " + re.findall(r"\d\d", unit)[0])[0].strip()
        for unit in UNITS.replace("\n", " ").split(" · ")
        for code in re.findall(r"\d\d", unit)
    }
    old = {code: name for name, codes in OLD_PROVINCES.items() for code in codes.split()}
    assert len(codes) == len(old) == len(new) == 81
    assert plate_codes() == {code: (old[code], new[code]) for code in sorted(codes)}
    assert len(set(new.values())) == 35  # 34 provinces and cities, and the Ministry


@pytest.mark.parametrize("code", ["13", "42", "44", "45", "46", "87", "91", "96"])
def test_a_code_no_province_uses_is_no_plate(code):
    assert read_plate(f"{code}A-123.45", vehicle_class=CAR).confidence == "invalid"


def test_a_merged_province_owns_its_old_codes():
    reading = read_plate("61C-999.99", vehicle_class="truck")
    assert (reading.code, reading.province_old) == ("61", "Bình Dương")
    assert reading.province_new == "TP. Hồ Chí Minh"
    assert len(plate_codes()) == 81
