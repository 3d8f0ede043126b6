"""The case page's forms for acts, circumstances and findings, and the arithmetic they lead to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys import World, acting, case_at, driver, onward
from tests.violations.charging import add, fresh, note, phone, rule, weaving
from tests.violations.desk import clock, place, signed_in
from violations import appearances
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate


def address(case: Violation, step: str = "") -> str:
    return f"/can-bo/ho-so/{case.number}/" + (f"{step}/" if step else "")


def at_work(place: World, clock: Any, **claim: Any) -> tuple[Violation, Any]:
    """Return a notified case and the reviewing officer's browser, three hours later."""
    case = case_at("notified", place, **claim)
    clock(case.created_at + timedelta(hours=3))
    return case, signed_in(place.reviewer)


def test_the_list_offers_the_law_of_the_day_and_the_vehicle_only(place: World, clock: Any) -> None:
    wanted = phone()
    moto = rule("7", "2", "h", 400_000, 600_000, vehicle_classes=["motorcycle"])
    case, client = at_work(place, clock)
    offered = dict(client.get(address(case, "add_act")).context["form"].fields["rule"].choices)
    assert str(wanted.pk) in offered
    assert "4.000.000 đồng – 6.000.000 đồng" in offered[str(wanted.pk)]
    assert str(moto.pk) not in offered
    assert str(case.rule_id) not in offered, "the first act is already held"


def test_words_narrow_the_list(place: World, clock: Any) -> None:
    wanted, other = phone(), weaving()
    case, client = at_work(place, clock)
    page = client.get(address(case, "add_act"), {"words": "Đ6 K5 thử"})
    offered = dict(page.context["form"].fields["rule"].choices)
    assert list(offered) == [str(wanted.pk)]
    assert str(other.pk) not in offered
    assert 'name="words"' in page.content.decode()


def test_an_act_is_added_and_withdrawn(place: World, clock: Any) -> None:
    wanted = phone()
    case, client = at_work(place, clock)
    sent = {"rule": wanted.pk, "note": "ảnh 2"}
    assert client.post(address(case, "add_act"), sent | {"note": ""}).status_code == 422
    assert client.post(address(case, "add_act"), sent).status_code == 302
    row = case.further_acts.get()
    assert (row.rule, row.added_by, row.quantity) == (wanted, place.reviewer, None)
    client.post(address(case, "withdraw_act"), {"act": row.pk, "reason": "nhầm"})
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    steps = list(fresh(case).events.order_by("sequence").values_list("step", flat=True))
    assert steps[-2:] == ["add_act", "withdraw_act"]


def test_a_circumstance_is_ticked_with_its_proof(place: World, clock: Any) -> None:
    case, client = at_work(place, clock)
    page = client.get(address(case, "record_circumstance"))
    groups = dict(page.context["form"].fields["ground"].choices)
    assert [len(rows) for rows in groups.values()] == [9, 13]
    sent = {"ground": "recidivism", "proof": "QĐ số 12/QĐ-XPHC ngày 01/3/2026"}
    client.post(address(case, "record_circumstance"), sent)
    assert case.circumstances.get().kind == "aggravating"
    page = client.get(address(case, "record_circumstance"))
    offered = dict(page.context["form"].fields["ground"].choices)
    assert all("recidivism" not in dict(rows) for rows in offered.values()), "it counts once"
    row = case.circumstances.get()
    client.post(
        address(case, "withdraw_circumstance"), {"circumstance": row.pk, "reason": "nhầm người"}
    )
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_a_finding_nobody_needs_is_refused_in_a_sentence(place: World, clock: Any) -> None:
    case, client = at_work(place, clock)
    appearances.name_offender(
        case.pk, driver(case), proof="lời khai", by=acting(place.reviewer),
        at=case.created_at + timedelta(hours=2),
    )  # fmt: skip
    page = client.post(
        address(case, "record_finding"), {"finding": "points", "reason": "x"}, follow=True
    )
    assert "Đ47 k8b" in " ".join(str(message) for message in page.context["messages"])


class TestTheArithmetic:
    def test_before_the_offender_every_frame_is_shown(self, place: World, clock: Any) -> None:
        case, client = at_work(place, clock)
        add(case, place, phone())
        page = client.get(address(case))
        assert page.context["money"]["frames"] == [
            ("Đ6 k9 điểm b", 18_000_000, 20_000_000),
            ("Đ6 k5 điểm h", 4_000_000, 6_000_000),
        ]

    @pytest.mark.parametrize("status", ["recorded", "decided"])
    def test_then_every_line_of_every_act(self, place: World, clock: Any, status: str) -> None:
        case, client = at_work(place, clock)
        add(case, place, phone())
        note(case, place, "confessed")
        case = onward(fresh(case), status, place)
        page = client.get(address(case))
        money = page.context["money"]
        assert [act["fine_vnd"] for act in money["acts"]] == [18_500_000, 4_500_000]
        assert [amount for _label, amount in money["acts"][1]["lines"]] == [
            4_000_000, 6_000_000, 5_000_000, 4_500_000,
        ]  # fmt: skip
        assert (money["fine_vnd"], money["points"]) == (23_000_000, 4)
        assert "23.000.000" in page.content.decode().replace("\xa0", " ")

    def test_where_there_is_no_amount_the_page_says_why(self, place: World, clock: Any) -> None:
        case, client = at_work(place, clock)
        add(case, place, rule("32", "9", "b", 8_000_000, 12_000_000, offender="organisation"))
        case = onward(fresh(case), "recorded", place)
        page = client.get(address(case))
        assert page.status_code == 200
        assert "Đ32 k9 điểm b" in page.context["money"]["refusals"][0]

    def test_a_suspension_is_shown_with_its_frame(self, place: World, clock: Any) -> None:
        case, client = at_work(place, clock)
        add(case, place, weaving())
        case = onward(fresh(case), "recorded", place)
        money = client.get(address(case)).context["money"]
        assert money["suspension"].startswith("11 ")
        assert (money["suspension_frame"], money["points"]) == ((10, 12), 0)
