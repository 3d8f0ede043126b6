"""Which papers go to the person by post, act by act; and that each goes out and comes to its case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from notices.deliveries import POSTED_KINDS
from notices.models import Notice, PaperDelivery, PaperKind
from tests.journeys import World, acting, case_at, world
from tests.notices.posting import number, post, printed
from tests.violations.remedying import accept, complain
from violations import complaints, explanations, papers, reliefs
from violations.admin.delivery_sheet import deliveries
from violations.delivery_outcomes import settle_delivery
from violations.guards import VIET_NAM
from violations.models import Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

DAY = date(2026, 10, 20)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def hearing_called(place: World) -> Violation:
    case, on = case_at("recorded", place), date(2026, 10, 14)
    by = acting(place.reviewer)
    explanations.request_hearing(case.pk, received_on=on, proof="số 8", by=by, at=noon(on))
    explanations.propose_hearing(case.pk, on=date(2026, 10, 16), by=by, at=noon(on))
    explanations.call_hearing(case.pk, by=acting(place.leader), at=noon(on))
    return case


def relief_refused(place: World) -> Violation:
    case = case_at("served", place)
    reliefs.request_relief(
        case.pk, kind="deferral", requested_on=DAY, ground="ốm đau", by=acting(place.reviewer),
        at=noon(DAY),
    )  # fmt: skip
    reliefs.refuse_relief(
        case.pk, reason="không đủ điều kiện", by=acting(place.leader), at=noon(DAY)
    )
    return case


def complaint_accepted(place: World) -> Violation:
    case = case_at("served", place)
    complain(case, place, DAY)
    accept(case, place.leader, DAY)
    return case


def complaint_refused(place: World) -> Violation:
    case = case_at("served", place)
    complain(case, place, DAY)
    complaints.refuse_complaint(
        case.pk,
        ground="unsigned",
        reason="đơn không có chữ ký",
        by=acting(place.leader),
        at=noon(DAY),
    )
    return case


#: The paper, the case in which it is made, and where the law says that the person is sent it.
SENT_TO_THE_PERSON: list[tuple[str, Callable[[World], Violation], str]] = [
    ("TB0173", lambda place: case_at("notified", place), "TT 73/2024 Đ24 k1c"),
    ("MQD02", lambda place: case_at("decided", place), "Luật XLVPHC Đ70"),
    ("TBPGT", hearing_called, "Luật XLVPHC Đ61 k3"),
    ("TBTC", relief_refused, "Luật XLVPHC Đ76 k2, Đ77 k6"),
    ("KN03", complaint_accepted, "NĐ 155/2026 Đ10, form 03"),
    ("KN04", complaint_refused, "NĐ 155/2026 Đ10, form 04"),
]


@pytest.mark.parametrize(
    ("kind", "made", "article"),
    SENT_TO_THE_PERSON,
    ids=[f"{kind}: {article}" for kind, _made, article in SENT_TO_THE_PERSON],
)
def test_the_paper_waits_for_the_post_with_the_address_of_the_person(
    kind: str, made: Callable[[World], Violation], article: str
) -> None:
    case = made(world())
    paper = Notice.objects.get(kind=kind)
    waiting = paper.deliveries.get()
    assert (waiting.route, waiting.state) == ("post", "waiting")
    assert waiting.area == paper.context["addressee"]["lines"][-1]
    assert papers.case_of(paper.pk) == case.pk
    shown = [row["paper"] for row in deliveries(case, None, noon(DAY))]
    assert paper in shown, "the page of the case shows how it reaches the person"


@pytest.mark.parametrize(
    "kind",
    ["MBB01", "MBB02", "MBB03", "MBB06", "MBB29", "PC0373", "PG04", "XNNT", "MQD34"],
)
def test_what_lies_in_the_file_or_goes_to_an_agency_is_not_posted(kind: str) -> None:
    assert PaperKind(kind) not in POSTED_KINDS


def test_points_taken_are_told_by_post() -> None:
    """NĐ 168/2024 Đ50 k3 đ.b"""
    assert PaperKind.POINTS_NOTICE in POSTED_KINDS


def test_an_answer_that_was_never_a_draft_is_posted_and_comes_back_to_its_case() -> None:
    """Luật XLVPHC Đ70: its number stands in the case, its return in the ledger"""
    place = world()
    case = complaint_accepted(place)
    paper = Notice.objects.get(kind="KN03")
    run = printed([paper], by_user=place.clerk.user, at=noon(DAY))
    post(run, by=place.clerk, at=noon(DAY))
    event = case.events.get(step="record_posting")
    assert (event.notice, event.facts) == (paper, {"tracking_number": number(0)})
    row = paper.deliveries.get()
    assert row.state == PaperDelivery.State.SENT
    settle_delivery(
        row.pk,
        "returned",
        on=date(2026, 10, 23),
        proof="phiếu hoàn",
        reason="moved",
        by=acting(place.clerk),
        at=noon(date(2026, 10, 23)),
    )
    assert not case.service_attempts.exists(), "only the decision is served"
    assert paper.events.filter(what="returned").count() == 1
