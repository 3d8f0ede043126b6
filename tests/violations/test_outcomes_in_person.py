"""An officer writes down what came of a delivery by hand, by the commune police, or posted up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from notices import deliveries
from notices.models import Notice, PaperDelivery
from tests.journeys import START, World, acting, case_at
from tests.scenery import picture
from tests.violations.desk import clock, place, signed_in, texts
from violations import service
from violations.delivery_outcomes import Refusal
from violations.guards import VIET_NAM, Refused
from violations.models import AccessEntry, ServiceAttempt, Violation
from violations.outcomes_in_person import Outcome, outcomes_of, settle_in_person

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

BEGUN = START + timedelta(days=3)  # Thursday 15/10/2026
DAY = date(2026, 10, 16)
LIST = "/can-bo/giao/"
REFUSAL = Refusal("Trần Văn Hiếu", "không đồng ý với mức phạt", "Ngô Văn Tám, tổ trưởng")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def carried(paper: Notice, route: str = "hand") -> PaperDelivery:
    return deliveries.begin(paper, route, at=BEGUN, by_name="Nguyễn Thị Lan")


def decided(place: World, route: str = "hand") -> tuple[Violation, PaperDelivery]:
    case = case_at("decided", place)
    return case, carried(case.decision.notice, route)


def fresh(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def settle(world: World, row: PaperDelivery, what: str, /, **said: Any) -> PaperDelivery:
    on = said.pop("on", DAY)
    return settle_in_person(
        row.pk, Outcome(what, on, **said), by=acting(world.reviewer), at=noon(DAY)
    )


class TestTheAct:
    @pytest.mark.parametrize("route", ["hand", "commune"])
    def test_a_decision_handed_over_is_received_on_that_day(self, place: World, route: str) -> None:
        """Luật XLVPHC Đ70, Đ73"""
        case, row = decided(place, route)
        row = settle(place, row, "received", proof="biên nhận 12", taken_by="household")
        case = fresh(case)
        assert (case.status, case.served_on, case.service.way) == ("served", DAY, "handed_over")
        assert row.proof == "người thân cùng nơi cư trú ký nhận; biên nhận 12"

    def test_a_refused_decision_gets_its_minutes_and_counts_as_served(self, place: World) -> None:
        """NĐ 118/2021 Đ17a: MBB06 is issued by the same act, by who was there"""
        case, row = decided(place)
        settle(place, row, "refused", refusal=REFUSAL)
        minutes = Notice.objects.get(kind="MBB06")
        attempt = ServiceAttempt.objects.get(case=case)
        assert attempt.proof.startswith(f"MBB06 {minutes.number_text}; ")
        assert attempt.delivery_id == row.pk
        assert case.events.get(step="record_service_attempt").notice == minutes
        assert minutes.context["counter_signer"] == "NGƯỜI CHỨNG KIẾN"
        assert "Trần Văn Hiếu" in str(minutes.context["particulars"])
        service.deem_served(case.pk, by=acting(place.reviewer), at=noon(DAY))
        assert fresh(case).served_on == DAY

    def test_minutes_written_by_hand_are_named_by_their_number(self, place: World) -> None:
        case, row = decided(place)
        settle(place, row, "minuted", minutes="07/BB-KNQĐ", proof="hồ sơ trang 9")
        assert ServiceAttempt.objects.get(case=case).proof == "MBB06 07/BB-KNQĐ; hồ sơ trang 9"
        assert not Notice.objects.filter(kind="MBB06").exists()

    def test_minutes_that_do_not_say_who_saw_it_are_not_issued(self, place: World) -> None:
        case, row = decided(place)
        with pytest.raises(Refused):
            settle(place, row, "refused", refusal=Refusal("Hiếu", "không nhận", " "))
        with pytest.raises(Refused):  # minutes of yesterday are not written today
            settle(place, row, "refused", refusal=REFUSAL, on=date(2026, 10, 15))
        row.refresh_from_db()
        assert row.state == "waiting"
        assert not Notice.objects.filter(kind="MBB06").exists()
        assert not case.service_attempts.exists()

    def test_a_decision_posted_up_counts_after_seven_and_three_working_days(
        self, place: World
    ) -> None:
        """NĐ 118/2021 Đ17a"""
        case, row = decided(place, "posting")
        settle(place, row, "posted_up", proof="biên bản niêm yết 3", place="commune")
        attempt = ServiceAttempt.objects.get(case=case)
        assert (attempt.what, attempt.on, attempt.delivery) == ("posted_up", DAY, row)
        assert fresh(case).status == "decided"
        served = date(2026, 10, 30)  # seven working days after 16/10, and three more
        with pytest.raises(Refused):
            service.deem_served(
                case.pk, by=acting(place.reviewer), at=noon(served - timedelta(days=1))
            )
        service.deem_served(case.pk, by=acting(place.reviewer), at=noon(served))
        assert fresh(case).served_on == served

    def test_who_is_not_met_is_not_served_and_the_photograph_is_kept(self, place: World) -> None:
        case, row = decided(place)
        shot = picture("cửa nhà")
        row = settle(place, row, "not_met", reason="absent", proof="phiếu 4", photograph=shot)
        assert (row.state, row.reason) == ("returned", "absent")
        assert len(row.envelope_sha256) == 64
        assert not case.service_attempts.exists(), "only a return by the post is counted"

    def test_an_attempt_nobody_set_out_for_is_called_off_with_its_reason(
        self, place: World
    ) -> None:
        _case, row = decided(place)
        with pytest.raises(Refused):
            settle(place, row, "called_off", proof=" ")
        row = settle(place, row, "called_off", proof="người nhận hẹn đến trụ sở")
        assert (row.state, row.fault) == (
            "called_off",
            f"người nhận hẹn đến trụ sở; {place.reviewer.user.full_name}",
        )
        assert outcomes_of(row) == ()

    def test_a_notice_has_no_minutes_of_its_own(self, place: World) -> None:
        case = case_at("notified", place)
        row = carried(case.events.get(step="sign_notice").notice)
        assert outcomes_of(row) == ("received", "minuted", "not_met", "called_off")
        with pytest.raises(Refused):
            settle(place, row, "refused", refusal=REFUSAL)
        settle(place, row, "received", proof="biên nhận", taken_by="person")
        assert fresh(case).status == "notified", "the twenty days run from the sending"

    def test_a_letter_in_the_post_is_not_settled_here(self, place: World) -> None:
        case = case_at("decided", place)
        assert outcomes_of(case.decision.notice.deliveries.get()) == ()

    def test_the_minutes_are_not_written_by_a_clerk(self, place: World) -> None:
        _case, row = decided(place)
        with pytest.raises(Refused):
            settle_in_person(
                row.pk,
                Outcome("refused", DAY, refusal=REFUSAL),
                by=acting(place.clerk),
                at=noon(DAY),
            )


class TestThePage:
    def test_the_list_shows_what_is_carried_and_not_what_lies_in_the_post(
        self, place: World, clock: Any
    ) -> None:
        case, row = decided(place)
        clock(noon(DAY))
        page = signed_in(place.reviewer).get(LIST)
        assert [each["delivery"] for each in page.context["rows"]] == [row]
        assert case.number in page.content.decode()
        assert not signed_in(place.reviewer).get(LIST, {"cach": "posting"}).context["rows"]

    def test_the_list_is_paged_the_longest_waiting_first(
        self, place: World, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from violations.admin import delivery_page

        monkeypatch.setattr(delivery_page, "ON_A_PAGE", 1)
        _case, first = decided(place)
        second = deliveries.begin(
            first.notice, "commune", at=BEGUN + timedelta(hours=1), by_name="Lan"
        )
        clock(noon(DAY))
        client = signed_in(place.reviewer)
        seen = [
            client.get(LIST, {"trang": number}).context["rows"][0]["delivery"]
            for number in ("1", "2")
        ]
        assert seen == [first, second]

    def test_each_outcome_asks_its_own_fields(self, place: World, clock: Any) -> None:
        _case, row = decided(place)
        clock(noon(DAY))
        client = signed_in(place.reviewer)
        asked = {
            what: list(client.get(f"{LIST}{row.pk}/", {"ket-qua": what}).context["form"].fields)
            for what in outcomes_of(row)
        }
        assert asked == {
            "received": ["on", "taken_by", "proof"],
            "refused": ["refused_by", "why", "witness"],
            "minuted": ["on", "minutes", "proof"],
            "not_met": ["on", "reason", "proof", "photograph"],
            "called_off": ["proof"],
        }

    def test_an_outcome_is_written_down_once_and_the_next_way_is_proposed(
        self, place: World, clock: Any
    ) -> None:
        """NĐ 118/2021 Đ17a; Luật XLVPHC Đ70"""
        case, row = decided(place)
        clock(noon(DAY))
        client = signed_in(place.reviewer)
        sent = {"on": "2026-10-16", "reason": "moved", "proof": "xác nhận số 4"}
        page = client.post(
            f"{LIST}{row.pk}/?ket-qua=not_met",
            sent | {"photograph": SimpleUploadedFile("cua.jpg", picture("cửa nhà"))},
            follow=True,
        )
        assert texts(page)
        row.refresh_from_db()
        assert (row.state, row.reason) == ("returned", "moved")
        assert page.context["form"] is None
        case.decision.notice.deliveries.filter(route="post").update(state="called_off")
        page = client.get(f"{LIST}{row.pk}/")
        assert page.context["routes"][0]["next"].route == "commune"
        assert "Luật XLVPHC Đ70" in page.content.decode()
        photo = client.get(f"{LIST}{row.pk}/anh/")
        assert photo.content.startswith(b"\xff\xd8")
        again = client.post(f"{LIST}{row.pk}/?ket-qua=not_met", sent, follow=True)
        assert len(texts(again)) == 1
        assert PaperDelivery.objects.get(pk=row.pk).settled_at == row.settled_at

    def test_the_next_way_begins_from_this_page(self, place: World, clock: Any) -> None:
        case, row = decided(place)
        case.decision.notice.deliveries.filter(route="post").update(state="called_off")
        settle(place, row, "not_met", reason="moved", proof="xác nhận số 4")
        clock(noon(DAY))
        begin = reverse("violations:begin_delivery", args=[case.number, row.notice_id])
        client = signed_in(place.reviewer)
        assert f'action="{begin}"' in client.get(f"{LIST}{row.pk}/").content.decode()
        client.post(begin, {"route": "commune"})
        assert row.notice.deliveries.get(state="waiting").route == "commune"

    def test_a_missing_field_and_a_future_day_are_told_and_change_nothing(
        self, place: World, clock: Any
    ) -> None:
        _case, row = decided(place)
        clock(noon(DAY))
        client = signed_in(place.reviewer)
        address = f"{LIST}{row.pk}/?ket-qua=received"
        assert client.post(address, {"on": "2026-10-16"}).status_code == 422
        late = client.post(
            address, {"on": "2026-10-17", "taken_by": "person", "proof": "biên nhận"}
        )
        assert late.status_code == 409
        row.refresh_from_db()
        assert row.state == "waiting"

    def test_the_case_page_leads_to_the_open_delivery_and_the_tab_counts_it(
        self, place: World, clock: Any
    ) -> None:
        case, row = decided(place)
        clock(noon(DAY))
        page = signed_in(place.reviewer).get(reverse("violations:case", args=[case.number]))
        assert f'href="{LIST}{row.pk}/"' in page.content.decode()
        tabs = {tab["url"]: tab["count"] for tab in page.context["staff_tabs"]}
        assert tabs[LIST] == 1

    def test_the_page_is_for_officers_of_the_unit_and_every_look_is_logged(
        self, place: World, clock: Any
    ) -> None:
        case, row = decided(place)
        clock(noon(DAY))
        assert signed_in(place.clerk).get(LIST).status_code == 403
        stranger = place.second_reviewer
        stranger.unit = place.other_unit
        stranger.save()
        client = signed_in(stranger)
        assert client.get(LIST).context["rows"] == []
        assert client.get(f"{LIST}{row.pk}/").status_code == 404
        signed_in(place.reviewer).get(f"{LIST}{row.pk}/")
        assert AccessEntry.objects.filter(
            case=case, actor=place.reviewer.user, what="paper"
        ).exists()


class TestOneDoor:
    def test_a_return_is_written_down_at_its_letter_and_not_typed_beside_it(
        self, place: World
    ) -> None:
        """NĐ 118/2021 Đ17a: three returns, each of a letter of its own"""
        case = case_at("decided", place)
        with translation.override("en"), pytest.raises(Refused, match="count twice"):
            service.record_service_attempt(
                case.pk, what="returned", on=DAY, proof="RR1", by=acting(place.reviewer),
                at=noon(DAY),
            )  # fmt: skip
        assert not case.service_attempts.exists()

    def test_the_case_page_offers_only_what_has_no_delivery(self, place: World, clock: Any) -> None:
        case, _row = decided(place)
        clock(noon(DAY))
        address = reverse("violations:case_act", args=[case.number, "record_service_attempt"])
        form = signed_in(place.reviewer).get(address).context["form"]
        assert [value for value, _label in form.fields["what"].choices] == ["entered", "posted_up"]

    def test_one_delivery_counts_once_also_for_the_database(self, place: World) -> None:
        from django.db import IntegrityError, transaction

        case, row = decided(place)
        settle(place, row, "minuted", minutes="07", proof="hồ sơ")
        attempt = ServiceAttempt.objects.get(case=case)
        attempt.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt.save(force_insert=True)

    def test_what_no_delivery_tells_is_still_typed(self, place: World) -> None:
        """NĐ 118/2021 Đ17a: the entry in the information system"""
        case = case_at("decided", place)
        service.record_service_attempt(
            case.pk, what="entered", on=DAY, proof="CSDL 12", by=acting(place.reviewer),
            at=noon(DAY),
        )  # fmt: skip
        assert case.service_attempts.get().delivery is None
