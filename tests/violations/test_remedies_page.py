"""The case page with complaints, a lawsuit, an order and licence points; acts by its forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.journeys import World, case_at, officer
from tests.violations.desk import clock, place, signed_in
from tests.violations.remedying import noon
from tests.violations.test_case_page import page_of
from violations.models import Complaint, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate


def post(by: Any, case: Violation, step: str, **fields: Any) -> None:
    answer = signed_in(by).post(f"{page_of(case)}{step}/", fields)
    assert answer.status_code == 302, answer.context["form"].errors


def test_the_page_shows_what_contests_the_decision_and_what_must_follow(
    place: World, clock: Any
) -> None:
    case = case_at("served", place)
    clock(noon(date(2026, 10, 20)))
    post(
        place.reviewer, case, "receive_complaint",
        received_on="2026-10-20", content="Không phải xe của tôi.", excused_days="0",
    )  # fmt: skip
    post(place.leader, case, "accept_complaint")
    post(
        place.leader, case, "suspend_execution",
        ordered_by="complaint", reference="01/QĐ-TĐC", ground="Khó khắc phục", from_on="2026-10-20",
    )  # fmt: skip
    post(place.leader, case, "decide_complaint", outcome="upheld", findings="Biển số bị làm giả.")
    post(
        place.reviewer, case, "record_licence",
        number="079 123456789", classes="A1, B2", issued_on="2020-05-04", issued_by="Sở GTVT",
    )  # fmt: skip
    assert Complaint.objects.get().outcome == "upheld"
    page = signed_in(place.reviewer).get(page_of(case))
    text = page.content.decode()
    assert "01/QĐ-TĐC" in text
    assert page.context["remedies"]["duty_until"] == date(2026, 11, 19)
    assert "19/11/2026" in text
    assert [part["standing"].balance for part in page.context["points"]["parts"]] == [12, 8]
    assert "…789" in text
    assert "079123456789" not in text


def test_an_auditor_reads_licences_by_their_last_digits(place: World, clock: Any) -> None:
    case = case_at("served", place)
    clock(noon(date(2026, 10, 20)))
    post(
        place.reviewer, case, "record_licence",
        number="079123456789", classes="B2", issued_on="2020-05-04", issued_by="Sở GTVT",
    )  # fmt: skip
    auditor = signed_in(place.auditor)
    for name in ("licence", "pointsentry"):
        listed = auditor.get(f"/quan-tri/violations/{name}/")
        assert listed.status_code == 200
        assert "…789" in listed.content.decode()
        assert "079123456789" not in listed.content.decode()
    stranger = officer("khac", "Người Khác", "Reviewing officer", place.other_unit)
    assert signed_in(stranger).get("/quan-tri/violations/licence/").status_code == 403
