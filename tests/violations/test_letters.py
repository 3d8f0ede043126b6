"""Papers in the ordinary layout, born from the real acts: what each says, word by word.

Their layout has not been compared with the published forms; their words stand in
``tests/notices/golden``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from notices.models import Notice
from notices.wording import hash_lines
from tests.golden import check_golden, words_of
from tests.journeys import World, acting, case_at, officer, world
from tests.violations.remedying import accept, complain, decide, talk
from violations import (
    appearances,
    decision_changes,
    enforcement,
    explanations,
    lawsuits,
    letters_answers,
    letters_orders,
    reliefs,
    transfers,
)
from violations.admin.draft_sheet import facts
from violations.guards import VIET_NAM, Refused
from violations.letter_parts import file_list, written_moment
from violations.letters_after import costs_enforced
from violations.models import Delegation, ExecutionSuspension, Violation
from violations.relief_rules import Part

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

DAY = date(2026, 10, 20)


@pytest.fixture
def place(db: Any) -> World:
    return world()


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def check(paper: Notice, case: Violation) -> None:
    """Hold a paper against its golden text; number, plate and pictures differ in every run."""
    check_golden(paper.kind, paper.context, **changing(case))


def changing(case: Violation) -> dict[str, str]:
    """Return what the golden texts leave out, by name."""
    pictures = case.detection.evidence.order_by("position").values_list("sha256", flat=True)
    return {
        "case": case.number,
        "plate": case.plate_display,
        **{f"picture {place}": hash_lines(sha256) for place, sha256 in enumerate(pictures, 1)},
    }


def unborn(contents: dict[str, Any]) -> dict[str, Any]:
    """Give contents that no act issues the keys of the register."""
    return contents | {
        "paper_id": "draft",
        "number": "……",
        "issued_at": "2026-10-20T12:00:00+07:00",
        "draft": True,
    }


class TestBeforeTheDecision:
    def test_the_minutes_of_a_working_session(self, place: World) -> None:
        case = case_at("notified", place)
        paper = appearances.hold_session(
            case.pk, present_as="owner", attended_by="Trần Văn Hiếu", statement="Tôi lái xe.",
            names_driver=True, by=acting(place.reviewer), at=noon(date(2026, 10, 12)),
        )  # fmt: skip
        check(paper, case)

    def test_the_transfer_of_a_file(self, place: World) -> None:
        case = case_at("recorded", place)
        at = noon(date(2026, 10, 14))
        transfers.propose_transfer(
            case.pk, to_unit=place.other_unit, ground="vượt thẩm quyền",
            by=acting(place.reviewer), at=at,
        )  # fmt: skip
        check(transfers.sign_transfer(case.pk, kind="MBB29", by=acting(place.leader), at=at), case)

    def test_a_hearing_is_called_by_letter_and_then_minuted(self, place: World) -> None:
        """Luật XLVPHC Đ61 k3"""
        case, by = case_at("recorded", place), acting(place.reviewer)
        on = date(2026, 10, 14)
        explanations.request_hearing(case.pk, received_on=on, proof="số 8", by=by, at=noon(on))
        explanations.propose_hearing(case.pk, on=date(2026, 10, 16), by=by, at=noon(on))
        called = explanations.call_hearing(case.pk, by=acting(place.leader), at=noon(on))
        assert called.kind == "TBPGT"
        assert case.events.get(step="call_hearing").notice == called
        assert "08 giờ 00 phút, ngày 16 tháng 10 năm 2026" in str(called.context["particulars"])
        check(called, case)
        minutes = explanations.hold_hearing(
            case.pk, attended_by="Trần Văn Hiếu", statement="Đèn đang vàng.", by=by,
            at=noon(date(2026, 10, 16)),
        )  # fmt: skip
        check(minutes, case)


class TestRelief:
    def asked(self, place: World, kind: str) -> Violation:
        case = case_at("served", place)
        reliefs.request_relief(
            case.pk, kind=kind, requested_on=DAY, ground="ốm đau kéo dài",
            by=acting(place.reviewer), at=noon(DAY),
        )  # fmt: skip
        return case

    @pytest.mark.parametrize(
        ("kind", "limits"),
        [
            ("deferral", {"until_on": date(2026, 12, 18)}),
            ("reduction", {"reduced_vnd": 5_000_000}),
            (
                "instalments",
                {
                    "parts": [
                        Part(date(2026, 11, 2), 8_000_000),
                        Part(date(2026, 12, 1), 11_000_000),
                    ]
                },
            ),
        ],
    )
    def test_a_granted_relief(self, place: World, kind: str, limits: dict[str, Any]) -> None:
        case = self.asked(place, kind)
        reliefs.propose_relief(
            case.pk, confirmation="UBND phường Mẫu Một", by=acting(place.reviewer), at=noon(DAY),
            **limits,
        )  # fmt: skip
        check(reliefs.sign_relief(case.pk, by=acting(place.leader), at=noon(DAY)), case)

    def test_a_refusal_is_answered_on_paper_with_its_reason(self, place: World) -> None:
        """Luật XLVPHC Đ76 k2"""
        case = self.asked(place, "deferral")
        paper = reliefs.refuse_relief(
            case.pk, reason="Không có xác nhận khó khăn.", by=acting(place.leader), at=noon(DAY)
        )
        assert paper.kind == "TBTC"
        assert case.events.get(step="refuse_relief").notice == paper
        assert paper.context["addressee"]["name"]
        assert paper.context["signature"]["name"] == place.leader.user.full_name
        check(paper, case)


class TestEnforcement:
    MISSED = date(2026, 12, 4)

    def propose(self, case: Violation, place: World, measure: str, **more: Any) -> None:
        enforcement.propose_enforcement(
            case.pk, measure=measure, ground="không tự nguyện nộp", **more,
            by=acting(place.reviewer), at=noon(self.MISSED),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("measure", "more", "kind"),
        [
            ("deduction", {}, "MQD07"),
            ("deduction", {"from_account": True}, "MQD08"),
            ("distraint", {}, "MQD09"),
            ("third_party", {}, "MQD10"),
            ("remedial", {}, "MQD11"),
        ],
    )
    def test_each_measure_has_its_own_form(
        self, place: World, measure: str, more: dict[str, Any], kind: str
    ) -> None:
        """NĐ 118/2021, MQĐ07–11"""
        case = case_at("served", place)
        self.propose(case, place, measure, **more)
        paper = enforcement.sign_enforcement(case.pk, by=acting(place.leader), at=noon(self.MISSED))
        assert paper.kind == kind
        check(paper, case)

    def test_one_order_waits_at_a_time_whatever_its_form(self, place: World) -> None:
        case = case_at("served", place)
        self.propose(case, place, "distraint")
        with pytest.raises(Refused):
            self.propose(case, place, "third_party")

    def test_only_a_deduction_comes_from_an_account(self, place: World) -> None:
        case = case_at("served", place)
        with pytest.raises(Refused):
            self.propose(case, place, "distraint", from_account=True)

    def test_the_costs_are_ordered_back(self, place: World) -> None:
        case = case_at("served", place)
        contents = costs_enforced(case, costs_vnd=1_205_000, ground="đã tạm ứng kinh phí")
        check_golden("MQD12", unborn(contents), **changing(case))


class TestChanges:
    @pytest.mark.parametrize(
        ("kind", "ground", "sign"),
        [
            ("amended", "content_wrong", decision_changes.sign_amendment),
            ("corrected", "drafting_fault", decision_changes.sign_correction),
            ("cancelled", "wrong_person", decision_changes.sign_cancellation),
        ],
    )
    def test_a_changed_decision(self, place: World, kind: str, ground: str, sign: Any) -> None:
        case = case_at("served", place)
        decision_changes.propose_change(
            case.pk, kind=kind, ground=ground, text="Sửa nội dung đã ghi sai.",
            by=acting(place.reviewer), at=noon(DAY),
        )  # fmt: skip
        check(sign(case.pk, by=acting(place.leader), at=noon(DAY)), case)


class TestComplaint:
    def test_suspended_and_resumed_by_who_decides_the_complaint(self, place: World) -> None:
        """NĐ 155/2026 Đ12, forms 14a and 14b: the order's own number is its reference"""
        case = case_at("served", place)
        complain(case, place, DAY)
        accept(case, place.leader, DAY)
        lawsuits.suspend_execution(
            case.pk, ordered_by="complaint", ground="Thi hành gây hậu quả khó khắc phục",
            from_on=DAY, by=acting(place.leader), at=noon(DAY),
        )  # fmt: skip
        suspension = ExecutionSuspension.objects.get()
        order = Notice.objects.get(kind="KN14A")
        assert suspension.reference == order.number_text
        assert case.events.get(step="suspend_execution").notice == order
        check(order, case)
        lawsuits.resume_execution(
            case.pk, reason="Lý do không còn", lifted_on=date(2026, 10, 26),
            by=acting(place.leader), at=noon(date(2026, 10, 26)),
        )  # fmt: skip
        lifting = Notice.objects.get(kind="KN14B")
        assert order.number_text in str(lifting.context["articles"])
        check(lifting, case)

    def test_a_decided_complaint(self, place: World) -> None:
        case = case_at("served", place)
        complain(case, place, DAY)
        accept(case, place.leader, DAY)
        talk(case, place, DAY, date(2026, 10, 27))
        check(decide(case, place.leader, date(2026, 10, 28)), case)


class TestWithoutAnAct:
    def test_the_minutes_of_a_refused_decision(self, place: World) -> None:
        """NĐ 118/2021 Đ17a, MBB06"""
        case = case_at("decided", place)
        contents = letters_answers.refusal_minutes(
            case,
            refused_by="Trần Văn Hiếu, người bị xử phạt",
            reason="không đồng ý với quyết định",
            witness="Ngô Văn Tám, Phó Chủ tịch UBND phường Mẫu Một",
            at=noon(DAY),
        )
        check_golden("MBB06", unborn(contents), **changing(case))

    def test_the_delegation_of_the_power_to_sanction(self, place: World) -> None:
        """Luật XLVPHC Đ54: scope, content, period; no passing on"""
        deputy = officer("pho", "Lê Thị Phó", "Signing leader", place.unit, "deputy_office_head")
        given = Delegation(
            head=place.leader, deputy=deputy, number="12/QĐ-GQ", signed_on=date(2026, 1, 5),
            scope="xử phạt vi phạm hành chính khi Trưởng phòng vắng mặt",
            starts_on=date(2026, 1, 6), ends_on=date(2026, 12, 31),
        )  # fmt: skip
        contents = unborn(letters_orders.delegation(given))
        words = words_of("MQD34", contents)
        assert "không được giao quyền, ủy quyền cho người khác" in words
        check_golden("MQD34", contents)


def test_who_signs_a_slip_reads_to_which_unit_it_goes(place: World) -> None:
    case = case_at("notified", place)
    transfers.propose_transfer(
        case.pk, to_unit=place.other_unit, ground="nơi cư trú",
        by=acting(place.reviewer), at=noon(date(2026, 10, 12)),
    )  # fmt: skip
    draft = case.drafts.get(kind="PC0373")
    assert place.other_unit.name in [fact.value for fact in facts(draft)]


def test_a_draft_says_that_its_layout_was_not_compared(place: World) -> None:
    case = case_at("served", place)
    enforcement.propose_enforcement(
        case.pk, measure="distraint", ground="không nộp", by=acting(place.reviewer),
        at=noon(date(2026, 12, 4)),
    )  # fmt: skip
    draft = case.drafts.get(kind="MQD09")
    assert "Bố cục chưa đối chiếu với mẫu ban hành" in words_of("MQD09", unborn(draft.context))
    issued = unborn(draft.context) | {"draft": False}
    assert "chưa đối chiếu" not in words_of("MQD09", issued)


def test_the_files_on_a_cover_say_when_each_was_captured(place: World) -> None:
    """The device's own time of each picture; a file it wrote no time to has none."""
    case = case_at("verified", place)
    file = case.detection.evidence.order_by("position").first()
    assert file is not None
    case.detection.canonical["time"] = {"utc_offset_min": 420}
    file.captured_text = "20261012080001250"  # what an adapter read from the device
    assert written_moment(file, case) == "2026-10-12T08:00:01.250+07:00"
    file.captured_text = ""
    assert written_moment(file, case) is None
    stored = case.detection.evidence.order_by("position")
    assert [row["captured_at"] for row in file_list(case)] == [
        written_moment(row, case) for row in stored
    ]
