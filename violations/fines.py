"""Compute what an act costs: the fine, the late charge, the points, and the speed it rests on.

Everything is integer arithmetic on whole đồng, days and tenths of km/h. The amount follows from the
frame and the circumstances and every step is kept, so that the screen and the file can show how it
came about (NĐ 118/2021 Đ9 as amended by NĐ 68/2025).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_NARROWEST_FRAME = 4  # a middle of a half exists strictly inside only from here on
_DAYS_A_MONTH = 30  # BLDS Đ146 k1 đ.c, for the parts of a month that a midpoint makes


class AgeBand(StrEnum):
    """The ages the law sanctions differently (Luật XLVPHC Đ5 k1 đ.a, Đ134 k3)."""

    UNDER_14 = "under_14"
    FROM_14 = "14_15"
    FROM_16 = "16_17"
    ADULT = "adult"


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic, in both languages; ``amount`` is whole đồng."""

    label_vi: str
    label_en: str
    amount: int


@dataclass(frozen=True)
class Assessment:
    """The fine for one act and how it came about (mức tiền phạt cụ thể).

    The frame is the one that applies to this offender, doubled for an organisation and halved for
    16 to 17. ``lowest_vnd`` and ``highest_vnd`` bound what the circumstances allow: an officer who
    departs from ``fine_vnd`` within them must give a reason. ``warning`` means cảnh cáo, no money.
    """

    fine_vnd: int
    frame_min_vnd: int
    frame_max_vnd: int
    lowest_vnd: int
    highest_vnd: int
    steps: tuple[Step, ...]
    warning: bool = False


@dataclass(frozen=True)
class Suspension:
    """How long a licence is suspended: whole months and, from a midpoint, days of a month of 30."""

    months: int
    days: int = 0


def age_band(born_on: date, act_on: date) -> AgeBand:
    """Return the age band on the day of the act; a year is full on the birthday itself."""
    age = act_on.year - born_on.year - ((act_on.month, act_on.day) < (born_on.month, born_on.day))
    if age < 14:
        return AgeBand.UNDER_14
    if age < 16:
        return AgeBand.FROM_14
    return AgeBand.FROM_16 if age < 18 else AgeBand.ADULT


def assess(
    frame_min: int,
    frame_max: int,
    mitigating: int = 0,
    aggravating: int = 0,
    *,
    organisation: bool = False,
    printed: bool = False,
    persons: int | None = None,
    cap: int | None = None,
    age_band: AgeBand | None = None,
) -> Assessment:
    """Fix the fine for one act from the frame the law prints and the number of circumstances.

    ``persons`` are the persons above the limit of an act fined for each of them: the frame is
    multiplied first, and both its ends stop at ``cap``. ``printed`` says that the amounts, the cap
    among them, are an organisation's as the law prints them and are not doubled again.

    Midpoint without circumstances; one left over after they cancel one for one moves it strictly
    between midpoint and end, two reach the end. For one the law leaves the place in that half open;
    we propose its middle, rounded down, and hand back the whole half as the officer's margin. An
    organisation pays twice; from 16 to under 18 half, rounded down; from 14 to under 16 a warning.
    Raises ValueError for a frame that is none, a negative count, less than one person, an
    organisation with an age, an individual under amounts printed for organisations, and a child
    under 14, whom no one sanctions.
    NĐ 118/2021 Đ9 k1 (am. NĐ 68/2025); Luật XLVPHC Đ3 k1 đ.e, Đ5 k1, Đ134 k3; NĐ 168/2024 Đ45 k3
    """
    if not 0 < frame_min <= frame_max - _NARROWEST_FRAME:
        raise ValueError(f"{frame_min} to {frame_max} is not a fine frame")
    if organisation and age_band is not None:
        raise ValueError("an organisation has no age")
    if printed and not organisation:
        raise ValueError("amounts printed for organisations are no individual's")
    if persons is not None and persons < 1:
        raise ValueError("an act fined for each person needs at least one")
    if age_band is AgeBand.UNDER_14:
        raise ValueError("a child under 14 is not sanctioned")
    steps = [
        Step("Mức tối thiểu của khung tiền phạt", "Minimum of the fine frame", frame_min),
        Step("Mức tối đa của khung tiền phạt", "Maximum of the fine frame", frame_max),
    ]
    if age_band is AgeBand.FROM_14:
        label = "Từ đủ 14 đến dưới 16 tuổi, vi phạm do cố ý: cảnh cáo, không phạt tiền"
        steps.append(Step(label, "Aged 14 to under 16, intentional act: a warning, no fine", 0))
        return Assessment(0, 0, 0, 0, 0, tuple(steps), warning=True)
    if persons is not None:
        frame_min, frame_max = frame_min * persons, frame_max * persons
        steps += [
            Step(
                f"Nhân với {persons} người vượt quá: mức tối thiểu",
                f"Times {persons} persons above the limit: minimum",
                frame_min,
            ),
            Step(
                f"Nhân với {persons} người vượt quá: mức tối đa",
                f"Times {persons} persons above the limit: maximum",
                frame_max,
            ),
        ]
        if cap is not None and frame_max > cap:
            frame_min, frame_max = min(frame_min, cap), cap
            label = "Không vượt quá mức phạt tiền tối đa của hành vi"
            steps.append(Step(label, "No more than the act's highest fine", cap))
    if printed:
        label = "Mức tiền phạt quy định riêng cho tổ chức, không nhân 2"
        steps.append(Step(label, "Amounts printed for organisations, not doubled", frame_max))
    elif organisation:
        frame_min, frame_max = 2 * frame_min, 2 * frame_max
        steps += [
            Step(
                "Tổ chức: mức tối thiểu nhân 2",
                "Organisation: minimum doubled",
                frame_min,
            ),
            Step("Tổ chức: mức tối đa nhân 2", "Organisation: maximum doubled", frame_max),
        ]
    fine, lowest, highest = _place(frame_min, frame_max, mitigating, aggravating)
    middle = (frame_min + frame_max) // 2
    steps.append(Step("Mức trung bình của khung", "Midpoint of the frame", middle))
    if mitigating or aggravating:
        steps.append(_circumstances(mitigating, aggravating, fine))
    if age_band is AgeBand.FROM_16:
        fine, lowest, highest = fine // 2, lowest // 2, highest // 2
        frame_min, frame_max = frame_min // 2, frame_max // 2
        label = "Từ đủ 16 đến dưới 18 tuổi: không quá một nửa mức của người thành niên"
        steps.append(Step(label, "Aged 16 to under 18: at most half of an adult's", fine))
    return Assessment(fine, frame_min, frame_max, lowest, highest, tuple(steps))


def warn() -> Assessment:
    """Return the sanction of an act for which the law knows only a warning (phạt cảnh cáo). Đ22"""
    label = "Hành vi chỉ bị phạt cảnh cáo, không phạt tiền"
    steps = (Step(label, "The law knows only a warning for this act, no fine", 0),)
    return Assessment(0, 0, 0, 0, 0, steps, warning=True)


def longest_frame(frames: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the longest frame of months where several acts each suspend; None without any.

    One licence is suspended once: the frame with the latest end governs, and of two such the one
    that begins later. The law does not add suspensions up. Luật XLVPHC Đ25, Đ67; NĐ 118/2021 Đ9 k2
    """
    return max(frames, key=lambda frame: (frame[1], frame[0]), default=None)


def assess_suspension(
    months_min: int,
    months_max: int,
    mitigating: int = 0,
    aggravating: int = 0,
    *,
    age_band: AgeBand | None = None,
) -> Suspension | None:
    """Fix the length of a licence suspension by the same rule as the fine (tước quyền sử dụng).

    Returns None for a minor, against whom the law knows no suspension. Raises ValueError for a
    frame that is none and for a negative count. NĐ 118/2021 Đ9 k2; Luật XLVPHC Đ135 k1
    """
    if not 0 < months_min < months_max:
        raise ValueError(f"{months_min} to {months_max} months is not a frame")
    length = _place(months_min * _DAYS_A_MONTH, months_max * _DAYS_A_MONTH, mitigating, aggravating)
    if age_band not in (None, AgeBand.ADULT):
        return None
    return Suspension(*divmod(length[0], _DAYS_A_MONTH))


def total_fine(assessments: Iterable[Assessment]) -> int:
    """Add the fines of several acts decided at once; each act is fined by itself. Đ3 k1 đ.d, Đ67"""
    return sum(assessment.fine_vnd for assessment in assessments)


def points_to_deduct(
    points: Iterable[int],
    *,
    balance: int = 12,
    organisation: bool = False,
    suspended: bool = False,
) -> int:
    """Return the licence points taken for acts decided at once (trừ điểm giấy phép lái xe).

    Only the highest counts, never more than are left, and none from an organisation, beside a
    suspension decided now or while the licence is suspended.
    NĐ 168/2024 Đ5 k2, Đ50 k1 đ.b, đ.c, đ.đ (am. NĐ 238/2026 Đ17)
    """
    if organisation or suspended:
        return 0
    return min(max(points, default=0), balance)


def late_charge(unpaid_vnd: int, days: int) -> int:
    """Return 0.05 % of the unpaid fine for each late day, rounded half up to the đồng, once.

    The charge is on the fine alone, never on earlier charges. The law is silent on rounding.
    Raises ValueError for a negative sum or count. Luật XLVPHC Đ78 k1; TT 18/2023/TT-BTC Đ5 k1
    """
    if unpaid_vnd < 0 or days < 0:
        raise ValueError("a late charge needs a sum and a number of days, neither negative")
    return (unpaid_vnd * 5 * days + 5_000) // 10_000


def late_days(due_on: date, paid_on: date, holds: Iterable[tuple[date, date | None]] = ()) -> int:
    """Count the days of delay, holidays included: from the day after ``due_on`` to before payment.

    ``holds`` are the days, both ends included and None for still running, on which no charge runs:
    a deferral, and the time a reduction, exemption or instalments were being considered. Holds may
    overlap. TT 18/2023/TT-BTC Đ5 k1, k2
    """
    days = max(0, (paid_on - due_on).days - 1)
    held: set[date] = set()
    first, last = due_on + timedelta(days=1), paid_on - timedelta(days=1)
    for start, end in holds:
        day = max(start, first)
        while day <= min(end or last, last):
            held.add(day)
            day += timedelta(days=1)
    return days - len(held)


def _place(low: int, high: int, mitigating: int, aggravating: int) -> tuple[int, int, int]:
    """Return the proposed place in a frame and the lowest and highest the circumstances allow."""
    if mitigating < 0 or aggravating < 0:
        raise ValueError("circumstances are counted from nought up")
    middle = (low + high) // 2
    balance = aggravating - mitigating
    if balance == 0:
        return middle, middle, middle
    if balance == -1:
        return (low + middle) // 2, low + 1, middle - 1
    if balance == 1:
        return (middle + high) // 2, middle + 1, high - 1
    end = low if balance < 0 else high
    return end, end, end


def _circumstances(mitigating: int, aggravating: int, fine: int) -> Step:
    balance = aggravating - mitigating
    names = {
        0: ("bù trừ hết: mức trung bình", "they cancel out: midpoint"),
        -1: (
            "còn 1 giảm nhẹ: giữa mức tối thiểu và mức trung bình",
            "one mitigating left: middle between minimum and midpoint",
        ),
        1: (
            "còn 1 tăng nặng: giữa mức trung bình và mức tối đa",
            "one aggravating left: middle between midpoint and maximum",
        ),
        -2: (
            "còn từ 2 giảm nhẹ: mức tối thiểu",
            "two or more mitigating left: minimum",
        ),
        2: ("còn từ 2 tăng nặng: mức tối đa", "two or more aggravating left: maximum"),
    }
    vi, en = names[max(-2, min(2, balance))]
    return Step(
        f"{mitigating} tình tiết giảm nhẹ, {aggravating} tình tiết tăng nặng, {vi}",
        f"{mitigating} mitigating and {aggravating} aggravating circumstances, {en}",
        fine,
    )
