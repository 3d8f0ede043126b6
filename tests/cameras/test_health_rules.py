"""How a device is judged: tables of what is known of it and what a technician is told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.adapters.contract import TimeClaim
from cameras.alarm_rules import Counts, alarms_of, is_out_of_control, is_quiet, volume_of
from cameras.health_rules import Report, judge_by_report, offset_between, state_of

pytestmark = pytest.mark.gate

AT = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)  # 08:00 in Viet Nam
VALID = {"verification": date(2027, 1, 1), "approval": date(2027, 1, 1)}


@dataclass
class Known:
    state: str = "active"
    last_seen_at: datetime | None = None


def ago(seconds: int, *, offset_ms: int | None = 0, **facts) -> Report:
    return Report(AT - timedelta(seconds=seconds), offset_ms, facts)


def seen(seconds: int, state: str = "active") -> Known:
    return Known(state, AT - timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("device", "report", "certificates", "expected"),
    [
        (Known(), ago(60), VALID, ("online", ())),
        (Known(), ago(180), VALID, ("online", ())),
        (Known(), ago(181), VALID, ("late", ("heartbeat_late",))),
        (Known(), ago(600), VALID, ("late", ("heartbeat_late",))),
        (Known(), ago(601), VALID, ("offline", ("silent",))),
        (seen(30), ago(601), VALID, ("online", ())),
        (Known(), None, VALID, ("offline", ("never_seen",))),
        (seen(3600), None, VALID, ("online", ())),
        (seen(24 * 3600 + 1), None, VALID, ("offline", ("silent",))),
        (Known(), ago(60, offset_ms=1000), VALID, ("online", ())),
        (Known(), ago(60, offset_ms=-1001), VALID, ("degraded", ("clock_drifted",))),
        (Known(), ago(60, disk_free_pct=10), VALID, ("online", ())),
        (Known(), ago(60, disk_free_pct=9), VALID, ("degraded", ("disk",))),
        (Known(), ago(60, fps=9), VALID, ("degraded", ("frames_low",))),
        (Known(), ago(60, lens_state="dirty"), VALID, ("degraded", ("lens",))),
        (Known(), ago(60, lens_state="clean", moved=True), VALID, ("degraded", ("moved",))),
        (Known(), ago(60, queue_oldest_s=301), VALID, ("degraded", ("backlog",))),
        (
            Known(),
            ago(60),
            VALID | {"verification": date(2026, 11, 10)},
            ("degraded", ("verification_ends_soon",)),
        ),
        (Known(), ago(60), VALID | {"verification": date(2026, 11, 11)}, ("online", ())),
        (
            Known(),
            ago(60),
            {"verification": date(2026, 10, 11)},
            ("degraded", ("approval_ended", "verification_ended")),
        ),
        (
            Known(),
            ago(60, cert_expires_at="2026-10-20T00:00:00Z"),
            VALID,
            ("degraded", ("key_certificate_ends_soon",)),
        ),
        (Known("paused"), ago(60), VALID, ("maintenance", ())),
        (Known("revoked"), None, VALID, ("revoked", ())),
        (
            Known("quarantined"),
            ago(60, offset_ms=6000),
            VALID,
            ("quarantined", ("clock_drifted",)),
        ),
        (Known(), ago(60, disk_free_pct="little", fps=None), VALID, ("online", ())),
    ],
    ids=[
        "fresh", "just-in-time", "late", "still-late", "offline", "an-event-is-a-sign-too", "never",
        "plain", "plain-silent", "one-second", "drifted", "disk-ok", "disk", "frames", "lens",
        "moved", "backlog", "29-days", "30-days", "ended-and-never-entered", "key", "paused",
        "revoked", "quarantined", "odd-figures",
    ],
)  # fmt: skip
def test_the_state_of_a_device(device, report, certificates, expected):
    state = state_of(device, report, certificates, at=AT)
    assert (state.code, state.reasons) == expected


def test_a_device_that_sees_less_than_usual_is_degraded():
    state = state_of(seen(60), None, VALID, at=AT, quiet=True)
    assert (state.code, state.reasons) == ("degraded", ("quiet",))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(), {}),
        (Counts(floods=3), {"flooding": {"deliveries": 3}}),
        (Counts(replays=1), {"rejects": {"replays": 1}}),
        (
            Counts(last_fifty=(50, 10), history=(1000, 50)),
            {"rejects": {"judged": 50, "rejected": 10}},
        ),
        (
            Counts(last_fifty=(50, 3), last_hour=(400, 60), history=(1000, 50)),
            {"rejects": {"judged": 400, "rejected": 60}},
        ),
        (
            Counts(usual_now=60, usual_before=(60,) * 3, before=(60,) * 3),
            {"quiet": {"usual_per_hour": 60}},
        ),
        (
            Counts(events=500, usual_now=60, last_event_at=AT),
            {"volume": {"events": 500, "usual": 60}},
        ),
    ],
    ids=["nothing", "flood", "replay", "last-fifty", "last-hour", "quiet", "volume"],
)
def test_what_came_lately_gives_rise_to_an_alarm(counts, expected):
    assert alarms_of(seen(10), None, VALID, counts, at=AT) == expected


def test_a_silent_device_has_one_alarm_and_not_those_of_its_last_word():
    found = alarms_of(
        Known(), ago(700, offset_ms=9000, disk_free_pct=1), VALID, Counts(usual_now=60), at=AT
    )
    assert found == {"offline": {"silent_s": 700}}


def test_the_alarms_of_a_report_carry_its_figures():
    report = ago(
        10, offset_ms=-2500, disk_free_pct=3, fps=2, lens_state="dirty", queue_oldest_s=900
    )
    assert alarms_of(Known(), report, {}, Counts(), at=AT) == {
        "clock_drifted": {"offset_ms": -2500},
        "disk": {"free_pct": 3},
        "picture": {"reasons": ["frames_low", "lens"]},
        "backlog": {"oldest_s": 900},
        "certificate": {"reasons": ["approval_ended", "verification_ended"]},
    }


@pytest.mark.parametrize(
    ("judged", "rejected", "history", "out"),
    [
        # 13 % usual, n = 50: above 27.3 %; n = 200: above 20.1 % (officer_workspace.md §7)
        (50, 13, (10_000, 1_300), False),
        (50, 14, (10_000, 1_300), True),
        (200, 40, (10_000, 1_300), False),
        (200, 41, (10_000, 1_300), True),
        (29, 29, (10_000, 100), False),
        (30, 30, (10_000, 10_000), False),
        (50, 2, (10_000, 0), False),
        (50, 3, (10_000, 0), True),
        (50, 7, (99, 0), False),
        (50, 8, (99, 0), True),
        (50, 0, (10_000, 5_000), False),
    ],
)
def test_a_share_of_rejects_above_three_sigma_is_out_of_control(judged, rejected, history, out):
    assert is_out_of_control(judged, rejected, history) is out


@given(
    judged=st.integers(30, 500),
    share=st.fractions(0, 1),
    whole=st.integers(100, 10_000),
    usual=st.fractions(Fraction(1, 100), Fraction(9, 10)),
)
def test_the_limit_is_the_textbooks(judged, share, whole, usual):
    rejected, bad = int(judged * share), max(int(whole * usual), -(-whole // 100))
    mean = bad / whole
    limit = mean + 3 * (mean * (1 - mean) / judged) ** 0.5
    if abs(rejected / judged - limit) > 1e-9:
        assert is_out_of_control(judged, rejected, (whole, bad)) is (rejected / judged > limit)


@pytest.mark.parametrize(
    ("usual", "silent", "quiet"),
    [
        (60, timedelta(minutes=10), False),
        (60, timedelta(minutes=10, seconds=1), True),
        (6, timedelta(minutes=30), False),
        (6, timedelta(minutes=31), True),
        (0, timedelta(days=3), False),
    ],
    ids=["floor", "beyond-the-floor", "three-times", "beyond", "nothing-is-usual"],
)
def test_quiet_is_three_times_the_usual_pause(usual, silent, quiet):
    counts = Counts(usual_now=usual, usual_before=(usual,) * 3, last_event_at=AT - silent)
    assert is_quiet(counts, at=AT) is quiet


def test_a_device_without_any_event_is_quiet_where_some_are_usual():
    assert is_quiet(Counts(usual_now=6, usual_before=(6, 6, 6)), at=AT)


@pytest.mark.parametrize(
    ("minutes", "quiet"), [(9, False), (10, False), (11, True)], ids=["9", "10", "11"]
)
def test_a_quiet_night_does_not_count_against_the_morning(minutes, quiet):
    counts = Counts(usual_now=600, usual_before=(0, 0, 0), last_event_at=AT - timedelta(hours=9))
    assert is_quiet(counts, at=AT + timedelta(minutes=minutes)) is quiet


def test_the_hours_before_count_as_busy_as_they_are():
    counts = Counts(usual_now=6, usual_before=(0, 0, 2), last_event_at=AT - timedelta(hours=1))
    assert not is_quiet(counts, at=AT + timedelta(minutes=10))  # two and one were usual
    assert is_quiet(counts, at=AT + timedelta(minutes=11))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(events=300, usual_now=60), {}),
        (Counts(events=301, usual_now=60), {"events": 301, "usual": 60}),
        (Counts(events=49, usual_now=1), {}),
        (Counts(events=400, usual_now=0), {}),
        (
            Counts(before=(1, 0, 3), usual_before=(10, 20, 20)),
            {"events": 4, "usual": 50, "hours": 3},
        ),
        (Counts(before=(1, 0, 4), usual_before=(10, 20, 20)), {}),
        (Counts(before=(0, 0, 0), usual_before=(4, 20, 20)), {}),
        (Counts(before=(0, 0), usual_before=(20, 20)), {}),
    ],
    ids=["five-times", "more", "few", "never", "low", "not-low", "small-usual", "two-hours"],
)
def test_a_jump_of_volume(counts, expected):
    assert volume_of(counts) == expected


@pytest.mark.parametrize(
    ("device_at", "expected"),
    [
        (AT, 0),
        (AT - timedelta(seconds=1), -1),
        (AT + timedelta(seconds=4), 4000),
        (AT - timedelta(seconds=5), -4001),
        (AT - timedelta(milliseconds=2500), -2500),
        (datetime(1970, 1, 1, 0, 0, 3, tzinfo=UTC), -2_000_000_000),
    ],
    ids=["same", "rounded-away", "ahead", "behind", "milliseconds", "never-set"],
)
def test_a_written_moment_is_compared_as_finely_as_it_was_written(device_at, expected):
    assert offset_between(device_at, AT) == expected


def claim(quality: str = "unknown") -> TimeClaim:
    return TimeClaim(AT, "08:00:00", "dateTime", "offset_in_value", 420, quality, "none")


@pytest.mark.parametrize(
    ("quality", "report", "expected"),
    [
        ("unknown", ago(30, offset_ms=900), "synchronised"),
        ("unknown", ago(30, offset_ms=-1001), "drifted"),
        ("unknown", ago(600, offset_ms=0), "synchronised"),
        ("unknown", ago(601, offset_ms=0), "unknown"),
        ("unknown", ago(-1, offset_ms=0), "unknown"),
        ("unknown", ago(30, offset_ms=None), "unknown"),
        ("unknown", None, "unknown"),
        ("impossible", ago(30, offset_ms=0), "impossible"),
        ("drifted", ago(30, offset_ms=0), "drifted"),
        ("synchronised", ago(30, offset_ms=9000), "synchronised"),
    ],
    ids=[
        "right", "wrong", "ten-minutes", "too-old", "after", "not-measured", "none", "impossible",
        "says-itself-drifted", "says-itself-right",
    ],
)  # fmt: skip
def test_the_last_report_judges_a_clock_the_device_says_nothing_of(quality, report, expected):
    assert judge_by_report(claim(quality), report).quality == expected
