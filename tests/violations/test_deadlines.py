"""Every clock, computed by hand around Tết, the swap, the leap day and the year's end."""

from datetime import UTC, date, datetime

import pytest

from notices.workdays import Calendar, End
from violations.admin import words
from violations.calendars_reader import calendar_of, shipped_years
from violations.deadlines import (
    DEADLINES,
    article,
    compute,
    deadline,
    decision_variant,
    evidence_usable_until,
    has_right_to_explain,
)
from violations.guards import day_in_viet_nam

pytestmark = pytest.mark.gate

CALENDAR = calendar_of(shipped_years())


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date()


# article and what is tried, name, variant, start, last day
CASES = [
    # One year from the recording; a limitation period does not roll.
    ("Đ6 k1: an ordinary day", "time_bar", "", "10/03/2026", "10/03/2027"),
    ("Đ6 k1: ends on a Sunday", "time_bar", "", "14/02/2026", "14/02/2027"),
    ("Đ6 k1: from a leap day", "time_bar", "", "29/02/2028", "28/02/2029"),
    ("Đ6 k1: from New Year's Eve", "time_bar", "", "31/12/2025", "31/12/2026"),
    # Ten days from detection.
    ("TT 73 Đ24 k1: an ordinary day", "notice_due", "", "02/03/2026", "12/03/2026"),
    ("TT 73 Đ24 k1: last day a Saturday", "notice_due", "", "04/03/2026", "16/03/2026"),
    ("TT 73 Đ24 k1: last day in Tết", "notice_due", "", "06/02/2026", "23/02/2026"),
    ("TT 73 Đ24 k1: Saturday before Tết", "notice_due", "", "04/02/2026", "23/02/2026"),
    ("TT 73 Đ24 k1: Saturday after Tết", "notice_due", "", "11/02/2026", "23/02/2026"),
    ("TT 73 Đ24 k1: first day after Tết", "notice_due", "", "13/02/2026", "23/02/2026"),
    ("TT 73 Đ24 k1: New Year and the swap", "notice_due", "", "22/12/2025", "05/01/2026"),
    ("TT 73 Đ24 k1: onto the worked Saturday", "notice_due", "", "31/12/2025", "10/01/2026"),
    ("TT 73 Đ24 k1: Sunday after it", "notice_due", "", "01/01/2026", "12/01/2026"),
    # Twenty days from the notice.
    ("TT 73 Đ24 k5: an ordinary day", "no_show", "", "02/03/2026", "23/03/2026"),
    ("TT 73 Đ24 k5: last day in Tết", "no_show", "", "27/01/2026", "23/02/2026"),
    ("TT 73 Đ24 k5: last day National Day", "no_show", "", "13/08/2026", "03/09/2026"),
    # Five working days from the day the offender is identified.
    ("NĐ 118 Đ12 k4 đ.c: a plain week", "record_due", "", "02/03/2026", "09/03/2026"),
    ("NĐ 118 Đ12 k4 đ.c: over Tết", "record_due", "", "12/02/2026", "26/02/2026"),
    ("NĐ 118 Đ12 k4 đ.c: inside Tết", "record_due", "", "17/02/2026", "27/02/2026"),
    ("NĐ 118 Đ12 k4 đ.c: over the swap", "record_due", "", "31/12/2025", "09/01/2026"),
    ("NĐ 118 Đ12 k4 đ.c: worked Saturday", "record_due", "", "05/01/2026", "10/01/2026"),
    ("NĐ 118 Đ12 k9: over Culture Day", "record_forwarded_due", "", "20/11/2026", "25/11/2026"),
    # Explaining.
    ("Đ61 k2: a plain week", "explanation_due", "", "02/03/2026", "09/03/2026"),
    ("Đ61 k2: over Tết", "explanation_due", "", "13/02/2026", "27/02/2026"),
    ("Đ61 k2: extended by five", "explanation_due", "extended", "02/03/2026", "16/03/2026"),
    ("Đ61 k3: asking for a hearing", "hearing_request_due", "", "29/04/2026", "05/05/2026"),
    ("Đ61 k3: calling the hearing", "hearing_notice_due", "", "27/08/2026", "08/09/2026"),
    # Deciding.
    ("Đ66 k1 đ.a: seven working days", "decision_due", "", "02/03/2026", "11/03/2026"),
    ("Đ66 k1 đ.a: over Tết", "decision_due", "", "13/02/2026", "03/03/2026"),
    ("Đ66 k1 đ.a: swap, worked Saturday", "decision_due", "", "31/12/2025", "12/01/2026"),
    ("Đ66 k1 đ.a: over Culture Day", "decision_due", "", "16/11/2026", "26/11/2026"),
    ("Đ66 k1 đ.a: transferred", "decision_due", "transferred", "02/03/2026", "16/03/2026"),
    ("Đ66 k1 đ.a: transferred, Tết", "decision_due", "transferred", "13/02/2026", "06/03/2026"),
    ("Đ66 k1 đ.b: one month", "decision_due", "explained", "02/03/2026", "02/04/2026"),
    ("Đ66 k1 đ.b: into Tết", "decision_due", "explained", "16/01/2026", "23/02/2026"),
    ("Đ66 k1 đ.b: from the 31st", "decision_due", "explained", "31/03/2026", "04/05/2026"),
    ("Đ66 k1 đ.b: February has 28", "decision_due", "explained", "31/01/2026", "02/03/2026"),
    ("Đ66 k1 đ.c: two months", "decision_due", "complex", "31/12/2025", "02/03/2026"),
    ("Đ66 k1 đ.c: two plain months", "decision_due", "complex", "10/06/2026", "10/08/2026"),
    # Sending.
    ("Đ70 k1: three working days", "service_due", "", "02/03/2026", "05/03/2026"),
    ("Đ70 k1: over a weekend", "service_due", "", "05/03/2026", "10/03/2026"),
    ("Đ70 k1: over National Day", "service_due", "", "28/08/2026", "07/09/2026"),
    ("Đ70 k1: on the worked Saturday", "service_due", "", "19/08/2026", "22/08/2026"),
    # Paying.
    ("Đ73 k1: an ordinary day", "pay_due", "", "02/03/2026", "12/03/2026"),
    ("Đ73 k1: Hùng Kings on a Sunday", "pay_due", "", "16/04/2026", "28/04/2026"),
    ("Đ73 k1: 30/4 and 1/5", "pay_due", "", "20/04/2026", "04/05/2026"),
    ("Đ73 k1: National Day", "pay_due", "", "19/08/2026", "03/09/2026"),
    ("Đ73 k1: Culture Day", "pay_due", "", "14/11/2026", "25/11/2026"),
    ("TT 18 Đ5 k4 đ.c: unproven", "pay_due", "unproven", "02/03/2026", "16/03/2026"),
    ("TT 18 Đ5 k4 đ.c: plain", "pay_due", "unproven", "03/03/2026", "16/03/2026"),
    # Lapsing; a limitation period does not roll.
    ("Đ74 k1: an ordinary day", "lapse", "", "10/03/2026", "10/03/2027"),
    ("Đ74 k1: ends on a Sunday", "lapse", "", "14/02/2026", "14/02/2027"),
    ("Đ74 k1: from a leap day", "lapse", "", "29/02/2028", "28/02/2029"),
    # Relief.
    ("Đ76 k2: deciding a deferral", "relief_decided_due", "", "13/02/2026", "27/02/2026"),
    ("Đ76 k2: three months", "deferral_end", "", "30/11/2025", "02/03/2026"),
    ("Đ79 k2: six months", "instalments_end", "", "02/03/2026", "03/09/2026"),
    # Complaint and lawsuit.
    ("KN Đ9: ninety days", "complaint_due", "", "03/06/2026", "03/09/2026"),
    ("KN Đ9: onto the swapped Monday", "complaint_due", "", "02/06/2026", "03/09/2026"),
    ("KN Đ27: ten days until 30/6/2026", "complaint_accepted_due", "", "30/06/2026", "10/07/2026"),
    ("NĐ 155 Đ10: seven working days", "complaint_accepted_due", "", "01/07/2026", "10/07/2026"),
    ("KN Đ28: thirty days", "complaint_decided_due", "", "02/03/2026", "01/04/2026"),
    ("KN Đ28: forty-five days", "complaint_decided_due", "complex", "02/03/2026", "16/04/2026"),
    ("TTHC Đ116: one year", "lawsuit_due", "", "15/06/2025", "15/06/2026"),
    ("TTHC Đ116: ends in Tết", "lawsuit_due", "", "17/02/2025", "23/02/2026"),
    ("KN Đ28: remote", "complaint_decided_due", "remote", "02/03/2026", "16/04/2026"),
    (
        "KN Đ28: remote, complex",
        "complaint_decided_due",
        "complex_remote",
        "02/03/2026",
        "04/05/2026",
    ),
    ("KN Đ33: second complaint", "second_complaint_due", "", "20/01/2026", "23/02/2026"),
    ("KN Đ33: second, remote", "second_complaint_due", "remote", "02/03/2026", "16/04/2026"),
    ("KN Đ37: deciding the second", "complaint_decided_due", "second", "02/03/2026", "16/04/2026"),
    ("KN Đ37: complex", "complaint_decided_due", "second_complex", "02/03/2026", "04/05/2026"),
    ("KN Đ37: remote", "complaint_decided_due", "second_remote", "02/03/2026", "04/05/2026"),
    (
        "KN Đ37: remote, complex",
        "complaint_decided_due",
        "second_complex_remote",
        "02/03/2026",
        "11/05/2026",
    ),
    ("NĐ 155 Đ11: into Tết, no rolling", "dialogue_after", "", "12/02/2026", "17/02/2026"),
    ("NĐ 155 Đ12: suspension sent", "order_sent_due", "", "13/02/2026", "25/02/2026"),
    (
        "TTHC Đ116: after the complaint",
        "lawsuit_due",
        "complaint_decided",
        "15/06/2025",
        "15/06/2026",
    ),
    # Handing over, points, suspension, enforcement, changing.
    (
        "NĐ 118 Đ12 k9: remote, over Tết",
        "record_forwarded_due",
        "remote",
        "13/02/2026",
        "27/02/2026",
    ),
    ("NĐ 118 Đ9 k8: over the swap", "licence_suspension_sent_due", "", "31/12/2025", "06/01/2026"),
    ("NĐ 168 Đ50: on the worked Saturday", "points_notice_due", "", "09/01/2026", "10/01/2026"),
    ("Đ86: order sent, 30/4 and 1/5", "enforcement_sent_due", "", "29/04/2026", "05/05/2026"),
    ("Đ86: the bank answers over Tết", "bank_answer_due", "", "13/02/2026", "24/02/2026"),
    ("Đ86: transfer after National Day", "bank_transfer_after", "", "27/08/2026", "08/09/2026"),
    ("NĐ 118 Đ13–16: from a leap day", "change_due", "", "29/02/2028", "28/02/2029"),
    ("NĐ 118 Đ13–16: ends on a Sunday", "change_due", "", "14/02/2026", "14/02/2027"),
    # Being as if never sanctioned.
    ("Đ7 k1, Đ74: after the lapse", "clean_record", "lapsed", "01/01/2026", "01/01/2027"),
    ("Đ7 k1: a year", "clean_record", "", "02/03/2026", "02/03/2027"),
    ("Đ7 k1, Đ137 k1: six months", "clean_record", "warning_or_minor", "31/03/2026", "30/09/2026"),
]


@pytest.mark.parametrize(
    ("name", "variant", "start", "last"), [pytest.param(*row, id=what) for what, *row in CASES]
)
def test_the_last_day(name: str, variant: str, start: str, last: str) -> None:
    found = compute(name, _day(start), CALENDAR, variant=variant)
    assert found == End(_day(last), provisional=False)


PROVISIONAL = [
    ("TT 73 Đ24 k1: over the year's end", "notice_due", "", "22/12/2026", "04/01/2027"),
    ("NĐ 118 Đ12 k4 đ.c: over it", "record_due", "", "28/12/2026", "05/01/2027"),
    ("Đ66 k1 đ.b: a month over it", "decision_due", "explained", "15/12/2026", "15/01/2027"),
    ("Đ73 k1: paying over it", "pay_due", "", "24/12/2026", "04/01/2027"),
    ("Đ76 k2: deferred into 2027", "deferral_end", "", "09/11/2026", "12/02/2027"),
    ("KN Đ9: ninety days into 2027", "complaint_due", "", "01/12/2026", "01/03/2027"),
    ("TTHC Đ116: a year into 2027", "lawsuit_due", "", "16/11/2026", "16/11/2027"),
    ("Đ66: partly in unconfirmed 2025", "decision_due", "", "26/12/2025", "08/01/2026"),
]


@pytest.mark.parametrize(
    ("name", "variant", "start", "last"),
    [pytest.param(*row, id=what) for what, *row in PROVISIONAL],
)
def test_an_end_in_an_unconfirmed_year_is_provisional(
    name: str, variant: str, start: str, last: str
) -> None:
    found = compute(name, _day(start), CALENDAR, variant=variant)
    assert found == End(_day(last), provisional=True)


# A calendar of 2027 as a person might confirm it: Tết from Friday 5 to Thursday 11 February, and a
# Friday in September swapped for the Saturday before.
SYNTHETIC_2027 = Calendar(
    confirmed_years=frozenset({2026, 2027}),
    closed=dict(CALENDAR.closed)
    | {_day(text): "mẫu" for text in (
        "01/01/2027", "05/02/2027", "08/02/2027", "09/02/2027", "10/02/2027", "11/02/2027",
        "16/04/2027", "30/04/2027", "02/09/2027", "03/09/2027",
    )},
    opened=CALENDAR.opened | {_day("28/08/2027")},
)  # fmt: skip

IN_2027 = [
    ("TT 73 Đ24 k1: over New Year", "notice_due", "", "22/12/2026", "04/01/2027"),
    ("NĐ 118 Đ12 k4: over Tết 2027", "record_due", "", "03/02/2027", "17/02/2027"),
    ("Đ61 k2: on the worked Saturday", "explanation_due", "", "23/08/2027", "28/08/2027"),
    ("Đ66 k1 đ.a: over Tết 2027", "decision_due", "", "01/02/2027", "17/02/2027"),
    ("Đ66 k1 đ.b: ends in Tết 2027", "decision_due", "explained", "08/01/2027", "12/02/2027"),
    ("Đ70: over the swapped Friday", "service_due", "", "01/09/2027", "08/09/2027"),
    ("Đ73 k1: paying, ends in Tết 2027", "pay_due", "", "29/01/2027", "12/02/2027"),
    ("Đ74: the lapse does not roll", "lapse", "", "05/02/2026", "05/02/2027"),
    ("KN Đ9: ends on a swapped Friday", "complaint_due", "", "05/06/2027", "06/09/2027"),
]


@pytest.mark.parametrize(
    ("name", "variant", "start", "last"), [pytest.param(*row, id=what) for what, *row in IN_2027]
)
def test_the_last_day_in_a_year_confirmed_later(
    name: str, variant: str, start: str, last: str
) -> None:
    found = compute(name, _day(start), SYNTHETIC_2027, variant=variant)
    assert found == End(_day(last), provisional=False)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        pytest.param(datetime(2026, 3, 9, 16, 59, tzinfo=UTC), "09/03/2026", id="23:59 in Hà Nội"),
        pytest.param(datetime(2026, 3, 9, 17, 1, tzinfo=UTC), "10/03/2026", id="00:01 in Hà Nội"),
        pytest.param(datetime(2026, 3, 9, 23, 59, tzinfo=UTC), "10/03/2026", id="23:59 UTC"),
    ],
)
def test_a_moment_belongs_to_its_day_in_viet_nam(moment: datetime, day: str) -> None:
    """Luật XLVPHC Đ6 k1: two minutes apart, and the time bar is a day apart."""
    last = compute("time_bar", day_in_viet_nam(moment), CALENDAR).on
    assert last == _day(day).replace(year=2027)


def test_the_last_working_day_of_a_confirmed_year_is_certain() -> None:
    assert compute("record_due", _day("24/12/2026"), CALENDAR) == End(_day("31/12/2026"), False)


class TestTimeToPay:
    """Luật XLVPHC Đ68 k2, Đ73 k1; TT 18/2023/TT-BTC Đ5 k4"""

    def test_a_longer_time_in_the_decision_counts(self) -> None:
        assert compute("pay_due", _day("02/03/2026"), CALENDAR, term_days=30).on == _day(
            "01/04/2026"
        )

    def test_unproven_service_of_a_longer_time_waits_two_days_more(self) -> None:
        """The charge runs from the third day after the time; the last free day is the second."""
        found = compute("pay_due", _day("02/03/2026"), CALENDAR, variant="unproven", term_days=30)
        assert found.on == _day("03/04/2026")

    def test_unproven_service_of_the_ordinary_time_is_twelve_days(self) -> None:
        start = _day("02/03/2026")
        explicit = compute("pay_due", start, CALENDAR, variant="unproven", term_days=10)
        assert explicit == compute("pay_due", start, CALENDAR, variant="unproven")

    def test_no_decision_gives_less_than_ten_days(self) -> None:
        with pytest.raises(ValueError, match="ten days"):
            compute("pay_due", _day("02/03/2026"), CALENDAR, term_days=9)

    def test_no_other_clock_takes_a_time_of_its_own(self) -> None:
        with pytest.raises(ValueError, match="time to pay"):
            compute("notice_due", _day("02/03/2026"), CALENDAR, term_days=30)


def test_evidence_lives_to_the_end_of_the_time_bar() -> None:
    """NĐ 61/2026 Đ14 k3; NĐ 168/2024 Đ4 k2"""
    assert evidence_usable_until(_day("10/03/2026"), CALENDAR) == _day("10/03/2027")


class TestTheTable:
    """One clock, one row for each variant and date."""

    def test_no_clock_stands_twice(self) -> None:
        keys = [(row.name, row.variant, row.effective_from) for row in DEADLINES]
        assert len(keys) == len(set(keys))

    def test_every_clock_rests_on_an_article(self) -> None:
        assert all("Đ" in row.article for row in DEADLINES)

    def test_every_clock_fits_the_column_it_is_stored_in(self) -> None:
        assert all(len(row.name) <= 30 and len(row.article) <= 120 for row in DEADLINES)

    def test_only_limitation_periods_and_distances_do_not_roll(self) -> None:
        """BLDS Đ151; a change of a decision is an act of the police, whose year is not lengthened;
        five days before a dialogue are a distance, not a period that ends.
        """
        assert {row.name for row in DEADLINES if not row.rolls} == {
            "time_bar",
            "lapse",
            "clean_record",
            "change_due",
            "dialogue_after",
        }

    def test_every_clock_has_a_name_for_the_case_page(self) -> None:
        assert {row.name for row in DEADLINES} - set(words.CLOCKS) == set()

    def test_a_figure_no_text_was_read_for_is_marked(self) -> None:
        assert {row.name for row in DEADLINES if row.confidence == "medium"} == {
            "points_notice_due"
        }

    def test_the_day_a_clock_starts_chooses_the_law(self) -> None:
        assert deadline("complaint_accepted_due", _day("30/06/2026")).length == 10
        assert deadline("complaint_accepted_due", _day("01/07/2026")).length == 7

    def test_the_article_of_today_is_the_latest(self) -> None:
        assert article("complaint_accepted_due") == "NĐ 155/2026 Đ10"
        assert article("pay_due", term_days=30) == "Luật XLVPHC Đ68 k2, Đ73 k1"
        assert article("decision_due", variant="explained") == "Luật XLVPHC Đ66 k1 đ.b"

    @pytest.mark.parametrize(
        ("name", "start", "variant"),
        [
            pytest.param("tea_time", "02/03/2026", "", id="an unknown clock"),
            pytest.param("decision_due", "02/03/2026", "leisurely", id="an unknown variant"),
            pytest.param("time_bar", "31/12/2024", "", id="before the table"),
        ],
    )
    def test_what_no_law_governs_is_refused(self, name: str, start: str, variant: str) -> None:
        with pytest.raises(LookupError, match=name):
            deadline(name, _day(start), variant=variant)

    def test_a_moment_must_first_become_a_day_in_viet_nam(self) -> None:
        with pytest.raises(TypeError, match="Vietnam time"):
            compute("time_bar", datetime(2026, 3, 9, 20, tzinfo=UTC).astimezone(UTC), CALENDAR)


@pytest.mark.parametrize(
    ("grounds", "variant"),
    [
        pytest.param({}, "", id="Đ66 k1 đ.a: plain"),
        pytest.param({"transferred": True}, "transferred", id="Đ66 k1 đ.a: transferred"),
        pytest.param({"explained": True}, "explained", id="Đ66 k1 đ.b"),
        pytest.param({"transferred": True, "explained": True}, "explained", id="đ.b over đ.a"),
        pytest.param({"explained": True, "especially_complex": True}, "complex", id="Đ66 k1 đ.c"),
    ],
)
def test_the_longest_period_whose_ground_exists(grounds: dict[str, bool], variant: str) -> None:
    assert decision_variant(**grounds) == variant


def test_two_months_need_an_explanation_or_a_verification_first() -> None:
    """Luật XLVPHC Đ66 k1 đ.c"""
    with pytest.raises(ValueError, match=r"đ\.c"):
        decision_variant(especially_complex=True)


@pytest.mark.parametrize(
    ("frame_max", "organisation", "suspension", "right"),
    [
        pytest.param(15_000_000, False, False, True, id="Đ61 k1: exactly 15 million"),
        pytest.param(14_999_999, False, False, False, id="Đ61 k1: just below"),
        pytest.param(15_000_000, True, False, True, id="Đ61 k1: organisation, exactly 30 million"),
        pytest.param(14_999_999, True, False, False, id="Đ61 k1: organisation, just below"),
        pytest.param(600_000, False, True, True, id="Đ61 k1: any suspension"),
        pytest.param(20_000_000, False, False, True, id="NĐ 168 Đ6 k9 đ.b: car, red light"),
        pytest.param(14_000_000, False, False, False, id="NĐ 168 Đ6 k7 đ.a: car, over 35 km/h"),
        pytest.param(6_000_000, False, False, False, id="NĐ 168 Đ7 k7 đ.c: motorcycle, red light"),
    ],
)
def test_the_right_to_explain(
    frame_max: int, organisation: bool, suspension: bool, right: bool
) -> None:
    assert has_right_to_explain(frame_max, organisation, suspension) is right
