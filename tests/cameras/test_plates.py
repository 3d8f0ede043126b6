"""Reading plates: the 56 strings every importer must get right, and the rule of no silent repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.plate_grammar import LETTERS, comparison_key, plate_codes
from cameras.plates import format_plate, plate_lines, read_plate

pytestmark = pytest.mark.gate

CAR, MOTO = "car", "motorcycle"

VALID = [
    ("30F-256.58", CAR, "30F25658", "car"),
    ("30F25658", CAR, "30F25658", "car"),
    ("51K-678.90", CAR, "51K67890", "car"),
    ("80A-012.34", CAR, "80A01234", "car"),
    ("29-AB 123.45", MOTO, "29AB12345", "motorcycle"),
    ("30-AB 266.59", MOTO, "30AB26659", "motorcycle"),
    ("29-B1 123.45", MOTO, "29B112345", "motorcycle"),
    ("59-X3 123.45", MOTO, "59X312345", "motorcycle"),
    ("29A-1234", CAR, "29A1234", "car"),
    ("29-H8 1234", MOTO, "29H81234", "motorcycle"),
    ("51LD-123.45", CAR, "51LD12345", "car"),
    ("20KT-226.22", CAR, "20KT22622", "military_enterprise"),
    ("29CD-012.34", "special", "29CD01234", "special"),
    ("51RM-012.34", "truck", "51RM01234", "trailer"),
    ("30HC-001.23", "special", "30HC00123", "restricted"),
    ("61C-999.99", "truck", "61C99999", "car"),
    ("34A-000.01", CAR, "34A00001", "car"),
    ("29-MĐ1 123.45", "e_bike", "29MĐ112345", "motorcycle"),
    ("99H-777.77", CAR, "99H77777", "car"),
    ("30f-256.58", CAR, "30F25658", "car"),
    ("30F 256 58", CAR, "30F25658", "car"),
    ("60-AA 000.01", MOTO, "60AA00001", "motorcycle"),
]

VALID_FOR_A_PERSON = [
    ("80-441-NG-02", "80441NG02", "diplomatic"),
    ("80-011-QT-05", "80011QT05", "international"),
    ("80-221-CV-10", "80221CV10", "foreign_staff"),
    ("29-121-NN-10", "29121NN10", "foreign"),
    ("29-121-NN-101", "29121NN101", "foreign"),
    ("TM 12-34", "TM1234", "army"),
]

INVALID = [
    *[f"{code}A-123.45" for code in ("13", "42", "44", "87", "91", "96", "10", "00")],
    *[f"30{letter}-123.45" for letter in "IOQWJ"],
    "30F-000.00",
    "30F-1234567",
    "3OF-123.45",
    "30-123.45",
    "F30-123.45",
    "29-A0 123.45",
    "29-1A 123.45",
    "80-441-XX-02",
    "80-44-NG-02",
    "30ABC-123.45",
]


@pytest.mark.parametrize(("text", "vehicle_class", "normalised", "kind"), VALID)
def test_a_correct_plate_of_a_known_class_is_sure(text, vehicle_class, normalised, kind):
    reading = read_plate(text, vehicle_class=vehicle_class)
    assert (reading.confidence, reading.normalised, reading.kind) == ("sure", normalised, kind)
    assert reading.reason == ""


@pytest.mark.parametrize(("text", "normalised", "kind"), VALID_FOR_A_PERSON)
def test_a_plate_of_another_jurisdiction_always_goes_to_a_person(text, normalised, kind):
    reading = read_plate(text, vehicle_class=CAR)
    assert (reading.confidence, reading.normalised, reading.kind) == ("human", normalised, kind)
    assert reading.display == text


@pytest.mark.parametrize("text", INVALID)
def test_a_string_outside_the_grammar_is_invalid_and_says_why(text):
    reading = read_plate(text)
    assert reading.confidence == "invalid"
    assert reading.reason.endswith(".")
    assert not any(char.isdigit() for char in reading.reason), "no plate in a message"


def test_the_tables_hold_all_fifty_six_strings_of_the_study():
    asked = len(VALID) + len(VALID_FOR_A_PERSON) + len(INVALID)
    assert asked + len(["30F-123.4", "30P blue", "29H twice", "30F-25G.58", "30F-8?8.88"]) == 56


def test_an_odd_separator_is_shown_to_a_person():
    reading = read_plate("30F-123.4", vehicle_class=CAR)
    assert (reading.confidence, reading.normalised) == ("human", "30F1234")


def test_a_series_that_blue_plates_do_not_have_is_shown_to_a_person():
    assert read_plate("30P-123.45", vehicle_class=CAR, plate_colour="blue").confidence == "human"
    assert read_plate("30A-123.45", vehicle_class=CAR, plate_colour="blue").confidence == "sure"


@pytest.mark.parametrize("text", ["29H-12345", "29H1-2345", "29H12345"])
def test_the_class_decides_between_a_car_and_an_old_motorcycle(text):
    assert read_plate(text).confidence == "ambiguous"
    assert read_plate(text).candidates == ("29H-123.45", "29-H1 2345")
    assert read_plate("29H12345", vehicle_class=CAR).display == "29H-123.45"
    assert read_plate("29H12345", vehicle_class=MOTO).display == "29-H1 2345"


def test_a_special_series_and_a_motorcycle_series_look_the_same_without_a_class():
    assert read_plate("51LD-123.45").confidence == "ambiguous"
    assert read_plate("51LD-123.45", vehicle_class=MOTO).kind == "motorcycle"


def test_a_dot_after_three_digits_rules_out_the_four_digit_motorcycle():
    assert read_plate("30F-256.58").confidence == "sure"
    assert read_plate("30F25658").confidence == "ambiguous"


def test_a_letter_among_the_digits_is_proposed_but_never_repaired():
    reading = read_plate("30F-25G.58")
    assert reading.confidence == "human"
    assert reading.normalised == "30F25G58"
    assert reading.candidates == ("30F25658",)


def test_a_missing_character_is_never_guessed():
    reading = read_plate("30F-8?8.88")
    assert (reading.confidence, reading.candidates) == ("human", ())


def test_a_letter_in_the_code_stays_invalid_even_where_the_digit_is_obvious():
    reading = read_plate("3OF-123.45")
    assert reading.confidence == "invalid"
    assert reading.normalised == "3OF12345"
    assert "30F12345" in reading.candidates


@pytest.mark.parametrize("text", ["", "-", "unknown", "noPlate", "  "])
def test_no_reading_is_no_plate(text):
    reading = read_plate(text)
    assert (reading.normalised, reading.confidence) == ("", "invalid")


def test_a_car_plate_on_a_motorcycle_is_shown_to_a_person():
    assert read_plate("29A-1234", vehicle_class=MOTO).confidence == "human"
    assert read_plate("29-B1 123.45", vehicle_class=CAR).confidence == "human"


def test_a_plate_with_the_wrong_ground_colour_is_shown_to_a_person():
    assert (
        read_plate("29-B1 123.45", vehicle_class=MOTO, plate_colour="yellow").confidence == "human"
    )
    assert read_plate("30F-256.58", vehicle_class=CAR, plate_colour="red").confidence == "human"
    assert read_plate("51F-678.90", vehicle_class=CAR, plate_colour="yellow").confidence == "sure"


def test_a_motorcycle_series_that_spells_a_foreign_group_is_shown_to_a_person():
    assert read_plate("80-NG 441.02", vehicle_class=MOTO).confidence == "human"


def test_a_temporary_paper_plate_is_shown_to_a_person():
    assert read_plate("T30-123.45").kind == "temporary"
    assert read_plate("T30-123.45").confidence == "human"


def test_the_crossed_d_is_kept_in_the_plate_and_folded_only_for_comparison():
    reading = read_plate("29-MĐ1 123.45", vehicle_class=MOTO)
    assert reading.normalised == "29MĐ112345"
    assert reading.display == "29-MĐ1 123.45"
    assert reading.comparison == comparison_key("29-MD1 123.45") == "29MD112345"


def test_a_decomposed_letter_reads_like_a_composed_one():
    assert read_plate("29-B1\n123.45", vehicle_class=MOTO).confidence == "sure"
    assert read_plate("30Ê-123.45").confidence == "invalid"


def test_a_merged_province_owns_its_old_codes():
    reading = read_plate("61C-999.99", vehicle_class="truck")
    assert (reading.code, reading.province_old) == ("61", "Bình Dương")
    assert reading.province_new == "TP. Hồ Chí Minh"
    assert len(plate_codes()) == 81


@pytest.mark.parametrize(
    ("normalised", "vehicle_class", "shown"),
    [
        ("30F25658", "car", "30F-256.58"),
        ("29B112345", "motorcycle", "29-B1 123.45"),
        ("29A1234", "car", "29A-1234"),
        ("29H81234", "motorcycle", "29-H8 1234"),
        ("80441NG02", "car", "80-441-NG-02"),
        ("TM1234", "truck", "TM 12-34"),
        ("nonsense", None, "nonsense"),
    ],
)
def test_a_plate_is_printed_as_it_stands_on_the_vehicle(normalised, vehicle_class, shown):
    assert format_plate(normalised, vehicle_class) == shown


def test_a_short_plate_has_two_lines():
    assert plate_lines("29B112345", "motorcycle") == ("29-B1", "123.45")
    assert plate_lines("30F25658", "car") == ("30F", "256.58")


@given(st.text(max_size=14))
def test_reading_never_raises_and_is_stable(text):
    first = read_plate(text)
    assert read_plate(first.normalised).normalised == first.normalised


@given(st.sampled_from(sorted(plate_codes())), st.sampled_from(LETTERS), st.integers(1, 99999))
def test_every_five_digit_car_plate_survives_printing_and_reading(code, letter, number):
    normalised = f"{code}{letter}{number:05d}"
    reading = read_plate(format_plate(normalised, CAR), vehicle_class=CAR)
    assert (reading.normalised, reading.confidence) == (normalised, "sure")


@given(st.integers(0, 7), st.sampled_from("OIZSGB?"))
def test_a_changed_character_is_never_sure(place, wrong):
    text = "30F25658"[:place] + wrong + "30F25658"[place + 1 :]
    if place == 2 and wrong in LETTERS:
        return
    assert read_plate(text, vehicle_class=CAR).confidence in {"human", "invalid"}
