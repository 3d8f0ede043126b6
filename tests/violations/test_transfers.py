"""A case handed to another unit: whose it is, which paper says so, and what its period becomes."""

from __future__ import annotations

import importlib
import threading
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from cameras.models import Unit
from notices.models import Notice
from tests.journeys import World, acting, case_at, officer, world
from violations import actions, clocks, explanations, residence, sanctions, transfers
from violations.admin.access import own_clocks, visible_cases
from violations.guards import Refused
from violations.models import CaseDeadline, Draft, PenaltyRule, Transfer, Violation
from violations.signing import SIGNATURES

pytestmark = [pytest.mark.gate]
alone = pytest.mark.django_db
GROUND = "chủ xe cư trú ở thành phố khác"


def proposed(case: Violation, place: World, *, after: timedelta) -> Draft:
    return transfers.propose_transfer(
        case.pk,
        to_unit=place.other_unit,
        ground=GROUND,
        by=acting(place.reviewer),
        at=case.created_at + after,
    ).draft


def handed_over(case: Violation, place: World, *, after: timedelta) -> Notice:
    draft = proposed(case, place, after=after)
    return SIGNATURES[draft.kind].act(
        case.pk, by=acting(place.leader), at=case.created_at + after + timedelta(minutes=5)
    )


@alone
@pytest.mark.parametrize(
    ("status", "kind", "stage"),
    [
        pytest.param("owner_identified", "PC0373", "result", id="TT 73 Đ24 k1b: before the notice"),
        pytest.param("notified", "PC0373", "result", id="TT 73 Đ24 k1b: after the notice"),
        pytest.param("recorded", "MBB29", "file", id="Đ52 k4: the file after the record"),
    ],
)
def test_a_signed_transfer_makes_the_case_the_other_units(
    status: str, kind: str, stage: str
) -> None:
    place = world()
    case = case_at(status, place)
    paper = handed_over(case, place, after=timedelta(days=1, hours=2))
    fresh = Violation.objects.get(pk=case.pk)
    assert (fresh.status, fresh.unit) == (status, place.other_unit)
    assert (paper.kind, paper.unit_code) == (kind, place.unit.code)
    transfer = Transfer.objects.get(case=case)
    assert (transfer.stage, transfer.from_unit, transfer.notice) == (stage, place.unit, paper)
    assert not visible_cases(place.reviewer.user).filter(pk=case.pk).exists()
    assert visible_cases(place.other_leader.user).filter(pk=case.pk).exists()


@alone
def test_the_clocks_of_a_case_go_with_it_and_those_started_later_are_the_new_units() -> None:
    place = world()
    case = case_at("notified", place)
    of_case = CaseDeadline.objects.filter(case=case)
    assert set(of_case.values_list("unit", flat=True)) == {place.unit.pk}
    handed_over(case, place, after=timedelta(days=1))
    met = of_case.filter(met_on__isnull=False)
    assert of_case.count() > met.count() > 0, "met ones go too"
    assert set(of_case.values_list("unit", flat=True)) == {place.other_unit.pk}
    fresh = Violation.objects.get(pk=case.pk)
    clocks.start(fresh, "record_due", fresh.time_bar_on)
    assert of_case.get(name="record_due").unit == place.other_unit


@alone
def test_only_the_unit_a_case_is_with_is_late_with_it() -> None:
    place = world()
    case = case_at("notified", place)
    before, after = place.reviewer, officer("m", "Mai", "Reviewing officer", place.other_unit)
    running = {clock.pk for clock in own_clocks(before.user)}
    assert running and not own_clocks(after.user).exists()
    handed_over(case, place, after=timedelta(days=1))
    assert {clock.pk for clock in own_clocks(after.user)} == running
    assert not own_clocks(before.user).exists()


@alone
def test_older_clocks_get_the_unit_their_case_is_with_now() -> None:
    place = world()
    case = case_at("notified", place)
    CaseDeadline.objects.filter(case=case).update(unit=place.other_unit)
    fill = importlib.import_module("violations.migrations.0011_speed_at_scale").FILL
    with connection.cursor() as cursor:
        cursor.execute(fill)
    assert {clock.unit for clock in CaseDeadline.objects.filter(case=case)} == {place.unit}


@alone
def test_the_receiving_unit_acknowledges_once_and_before_it_passes_the_case_on() -> None:
    place = world()
    case = case_at("owner_identified", place)
    handed_over(case, place, after=timedelta(hours=1))
    receiver = officer("nhan", "Lý Văn Nhận", "Reviewing officer", place.other_unit)
    at = case.created_at + timedelta(hours=2)
    with pytest.raises(Refused):
        transfers.propose_transfer(
            case.pk, to_unit=place.national, ground=GROUND, by=acting(receiver), at=at
        )
    with pytest.raises(Refused):
        transfers.acknowledge_transfer(case.pk, by=acting(place.reviewer), at=at)
    transfers.acknowledge_transfer(case.pk, by=acting(receiver), at=at)
    assert Transfer.objects.get(case=case).acknowledged_by == receiver
    with pytest.raises(Refused):
        transfers.acknowledge_transfer(case.pk, by=acting(receiver), at=at)
    actions.propose_notice(case.pk, by=acting(receiver), at=at)
    actions.sign_notice(case.pk, by=acting(place.other_leader), at=at)
    assert Notice.objects.get(kind="TB0173").unit_code == place.other_unit.code


@alone
def test_what_waited_for_the_old_units_signature_is_returned() -> None:
    place = world()
    case = case_at("owner_identified", place)
    at = case.created_at + timedelta(hours=1)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    handed_over(case, place, after=timedelta(hours=2))
    assert Draft.objects.get(case=case, kind="TB0173").state == "returned"


@alone
@pytest.mark.parametrize(
    ("before", "variant", "due"),
    [
        pytest.param("nothing", "transferred", date(2026, 10, 27), id="Đ66 k1a: 10 working days"),
        pytest.param("explained", "explained", date(2026, 11, 13), id="Đ66 k1b keeps its month"),
    ],
)
def test_a_transferred_file_has_its_period_and_never_a_shorter_one(
    before: str, variant: str, due: date
) -> None:
    """The record is made on 13/10/2026, a Tuesday."""
    place = world()
    case = case_at("recorded", place)
    if before == "explained":
        explanations.receive_explanation(
            case.pk,
            received_on=date(2026, 10, 14),
            proof="bút lục 7",
            by=acting(place.reviewer),
            at=case.created_at + timedelta(days=2),
        )
    handed_over(case, place, after=timedelta(days=2))
    clock = case.deadlines.get(name="decision_due")
    assert (clock.variant, clock.due_on) == (variant, due)
    assert Violation.objects.get(pk=case.pk).decision_due_on == due


@alone
def test_a_slip_proposed_before_the_record_does_not_hand_over_the_file() -> None:
    place = world()
    case = case_at("notified", place)
    proposed(case, place, after=timedelta(hours=2))
    from tests.journeys import ROAD

    ROAD[3](case, place, "individual", True)
    with pytest.raises(Refused):
        transfers.sign_transfer(
            case.pk, kind="PC0373", by=acting(place.leader), at=case.created_at + timedelta(days=2)
        )
    assert Violation.objects.get(pk=case.pk).unit == place.unit


@alone
@pytest.mark.parametrize("who", ["reviewer", "other_leader"])
def test_a_transfer_is_not_signed_by_its_proposer_or_by_a_stranger(who: str) -> None:
    place = world()
    case = case_at("notified", place)
    proposed(case, place, after=timedelta(hours=2))
    getattr(place, who).user.groups.set(Group.objects.all())
    with pytest.raises(Refused):
        transfers.sign_transfer(
            case.pk,
            kind="PC0373",
            by=acting(getattr(place, who)),
            at=case.created_at + timedelta(hours=3),
        )
    assert Violation.objects.get(pk=case.pk).unit == place.unit


@alone
def test_a_file_is_not_handed_over_after_the_period_of_the_decision() -> None:
    """Đ65 k1c, Đ66: no fine may follow, so nobody else is given the case to fine."""
    place = world()
    case = case_at("recorded", place)
    with pytest.raises(Refused, match="Đ66"):
        proposed(case, place, after=timedelta(days=15))


@alone
def test_the_unit_that_holds_the_case_is_no_receiver() -> None:
    place = world()
    case = case_at("notified", place)
    with pytest.raises(Refused):
        transfers.propose_transfer(
            case.pk,
            to_unit=place.unit,
            ground=GROUND,
            by=acting(place.reviewer),
            at=case.created_at + timedelta(hours=2),
        )
    assert not Transfer.objects.exists()


def commune_unit() -> Unit:
    return Unit.objects.create(
        code="CA-M1",
        name="Công an phường Mẫu Một (mẫu)",
        superior_name="Công an thành phố Hà Nội (mẫu)",
        level=Unit.Level.COMMUNE,
        paper_suffix="CAP",
        place_name="Hà Nội",
        province_code="01",
        address="số 2 phố Ví Dụ",
        phone="024 0000 0002",
    )


def rule_of_a_commune(like: PenaltyRule) -> PenaltyRule:
    """Return an act on the list of a commune chief: Đ6 k1 đ.đ, without points."""
    like.pk = None
    like.code, like.clause, like.point = "made-6-1-dd", "1", "đ"
    like.fine_min_vnd, like.fine_max_vnd, like.points = 400_000, 600_000, 0
    like.save(force_insert=True)
    return like


@alone
def test_residence_proposes_a_commune_only_where_its_chief_has_the_power(settings: object) -> None:
    """TT 73 Đ24 k1b; NĐ 168 Đ41 k4: a red light is not among the acts of a commune."""
    place = world()
    commune = commune_unit()
    day = date(2026, 10, 13)
    red_light = case_at("owner_identified", place)
    assert residence.unit_of_residence(red_light, day) is None  # the province holds it already
    red_light.unit = place.other_unit
    Unit.objects.filter(pk=place.other_unit.pk).update(place_name="Thành phố Hồ Chí Minh")
    Unit.objects.filter(pk=place.national.pk).update(place_name="Cả nước")
    assert residence.unit_of_residence(red_light, day) == place.unit
    wrong_lane = case_at("owner_identified", place)
    wrong_lane.unit = place.other_unit
    wrong_lane.rule = rule_of_a_commune(wrong_lane.rule)
    wrong_lane.save()
    wrong_lane = Violation.objects.get(pk=wrong_lane.pk)
    assert residence.unit_of_residence(wrong_lane, day) == commune
    settings.RESIDENCE_TEST = "province"
    assert residence.unit_of_residence(wrong_lane, day) == place.unit


@pytest.mark.django_db(transaction=True)
def test_four_leaders_sign_one_transfer_and_one_paper_comes_out() -> None:
    """Who waited for the lock finds the case with another unit, and is told so in words."""
    place = world()
    leaders = [place.leader] + [
        officer(f"l{number}", f"Lãnh đạo {number}", "Signing leader", place.unit, "office_head")
        for number in range(3)
    ]
    case = case_at("notified", place)
    proposed(case, place, after=timedelta(hours=2))
    at = case.created_at + timedelta(hours=3)
    barrier = threading.Barrier(4)
    outcomes: list[str] = []

    def sign(actor: object) -> None:
        barrier.wait()
        try:
            transfers.sign_transfer(case.pk, kind="PC0373", by=actor, at=at)
            outcomes.append("signed")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    actors = [acting(leader) for leader in leaders]
    threads = [threading.Thread(target=sign, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "refused", "refused", "signed"]
    assert Notice.objects.filter(kind="PC0373").count() == 1
    assert case.events.filter(step="sign_transfer").count() == 1


@alone
def test_a_unit_posts_its_own_paper_after_the_case_has_gone() -> None:
    place = world()
    case = case_at("notified", place)
    notice = Notice.objects.get(kind="TB0173")
    handed_over(case, place, after=timedelta(hours=2))
    at = case.created_at + timedelta(hours=4)
    actions.record_posting(case.pk, notice, "RR000000001VN", by=acting(place.clerk), at=at)
    stranger = officer("la", "Người Lạ", "Clerk", place.other_unit)
    with pytest.raises(Refused):
        actions.record_posting(case.pk, notice, "RR000000002VN", by=acting(stranger), at=at)
    assert case.events.filter(step="record_posting").count() == 1


@alone
def test_a_unit_without_the_power_is_told_before_it_sends_the_file_up() -> None:
    place = world()
    case = case_at("recorded", place)
    day = date(2026, 10, 14)
    assert residence.lack_of_power_in(place.unit, case, day) is None
    place.leader.titles.update(title="commune_chief")
    assert residence.lack_of_power_in(place.unit, case, day)
    with pytest.raises(Refused):
        sanctions.sign_decision(
            case.pk, by=acting(place.leader), at=case.created_at + timedelta(days=2)
        )
