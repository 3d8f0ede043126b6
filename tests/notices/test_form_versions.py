"""Which form is the law on a day: the boundaries, and the refusal of what is not printed."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from notices.completeness import ContentError, check_contents
from notices.form_versions import FORM_VERSIONS, FormError, form_in_force, form_mark
from tests.notices.contexts import context

pytestmark = pytest.mark.gate

A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "first", "names"),
    [
        ("TB0173", date(2025, 3, 1), "13/2025/TT-BCA"),
        ("TB0273", date(2025, 3, 1), "13/2025/TT-BCA"),
        ("PC0373", date(2025, 3, 1), "13/2025/TT-BCA"),
        ("PG04", date(2025, 3, 1), "13/2025/TT-BCA"),
        ("MBB01", date(2025, 7, 1), "190/2025/NĐ-CP"),
        ("MQD02", date(2025, 7, 1), "190/2025/NĐ-CP"),
        ("MQD38", date(2025, 7, 1), "190/2025/NĐ-CP"),
        ("KN03", date(2026, 7, 1), "155/2026/NĐ-CP"),
        ("KN14A", date(2026, 7, 1), "155/2026/NĐ-CP"),
    ],
)
def test_the_form_changes_on_its_day(kind: str, first: date, names: str) -> None:
    """law.md §1.2, §3.2"""
    assert names in form_in_force(kind, first).instrument
    with translation.override("en"), pytest.raises(FormError) as refused:
        form_in_force(kind, first - A_DAY)
    assert f"{first:%d/%m/%Y}" in str(refused.value)
    assert "by hand" in str(refused.value)


@pytest.mark.parametrize("kind", FORM_VERSIONS)
def test_no_form_is_older_than_its_law(kind: str) -> None:
    first = FORM_VERSIONS[kind][0].valid_from
    with translation.override("en"), pytest.raises(FormError, match="not in force"):
        form_in_force(kind, first - A_DAY)
    days = [version.valid_from for version in FORM_VERSIONS[kind]]
    assert days == sorted(set(days))


def test_the_day_of_handling_decides_and_not_the_day_of_the_act() -> None:
    paper = context("MQD02")
    paper["violations"][0]["occurred_at"] = "2025-06-20T08:00:00.000+07:00"
    check_contents("MQD02", paper | {"issued_at": "2025-07-01T00:00:00+07:00"})
    with pytest.raises(ContentError):
        check_contents("MQD02", paper | {"issued_at": "2025-06-30T23:59:59+07:00"})


def test_the_foot_names_form_and_source() -> None:
    assert form_mark("2026-10-16T08:12:40+07:00", "TB0173") == (
        "Mẫu số 01/73, Thông tư số 73/2024/TT-BCA, được sửa đổi, bổ sung bởi Thông tư số "
        "13/2025/TT-BCA"
    )
