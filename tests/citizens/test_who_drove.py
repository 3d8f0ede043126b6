"""Who drove, by people's own word: statements, the chain of those named, and an officer's act."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from citizens import driver_statements, nomination_messages, nominations
from citizens.consents import person_digest
from citizens.limits import TooMany
from citizens.models import DriverStatement, Nomination
from notices import lookup_codes
from tests.citizens.conftest import clock, place
from tests.citizens.naming import (
    NOMINEE_EMAIL,
    OWNER_IDENTITY,
    driver,
    name,
    named,
    notified,
)
from tests.citizens.visits import NOW, case_at
from tests.journeys import World, acting, silent_session
from tests.notices.message_catcher import BOTH_WAYS
from violations import sanctions
from violations.guards import Refused
from violations.models import CaseDeadline, Party, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
State = Nomination.State


@pytest.fixture(autouse=True)
def english(settings: Any) -> Any:
    settings.MESSAGES = BOTH_WAYS
    with override("en"):
        yield


def state(case: Violation, **changes: Any) -> DriverStatement:
    options = {"form_key": uuid.uuid4().hex, "at": NOW} | {
        key: changes.pop(key) for key in ("form_key", "person", "code") if key in changes
    }
    return driver_statements.state(case.pk, driver(**changes), **options)


def test_a_statement_is_kept_word_for_word_and_makes_nobody_the_offender(place: World) -> None:
    case = notified(place)
    made = state(case, identity_number=OWNER_IDENTITY)
    assert made.manner == "declared"
    assert made.is_owner
    assert made.text_sha256 == hashlib.sha256(made.text.encode()).hexdigest()
    assert case.plate_display in made.text
    assert "đồng ý lập biên bản" in made.text
    assert Violation.objects.get(pk=case.pk).offender_identified_on is None
    with pytest.raises(IntegrityError), transaction.atomic():
        DriverStatement.objects.filter(pk=made.pk).update(text="khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        DriverStatement.objects.filter(pk=made.pk).update(text="", full_name="")  # all or nothing


def test_pressed_twice_it_is_one_statement_and_a_second_one_is_refused(place: World) -> None:
    case = notified(place)
    first = state(case, form_key="k")
    assert state(case, form_key="k").pk == first.pk
    with pytest.raises(Refused, match="waits for an officer"):
        state(case)
    assert case.driver_statements.count() == 1


def test_who_is_identified_speaks_for_himself_alone(place: World) -> None:
    case = notified(place)
    with pytest.raises(Refused, match="not that of the person"):
        state(case, person=person_digest(OWNER_IDENTITY))
    kept = state(case, person=person_digest(OWNER_IDENTITY), identity_number=OWNER_IDENTITY)
    assert kept.manner == "identified"


def test_the_officer_names_the_owner_as_registered_and_draws_up_the_record(place: World) -> None:
    case = notified(place)
    made = state(
        case,
        identity_number=OWNER_IDENTITY,
        full_name="tran van hieu",
        person=person_digest(OWNER_IDENTITY),
    )
    by = acting(place.reviewer)
    for stranger in (acting(place.other_leader), acting(place.clerk)):
        with pytest.raises(Refused):
            driver_statements.name_stated(made.pk, by=stranger, at=NOW)
    driver_statements.name_stated(made.pk, by=by, at=NOW)
    offender = case.parties.get(role=Party.Role.OFFENDER)
    assert (offender.full_name, offender.basis) == ("Trần Văn Hiếu", "drove")
    assert made.text_sha256[:16] in case.events.get(step="name_offender").reason
    sanctions.propose_record(case.pk, by=by, at=NOW)
    with pytest.raises(Refused, match="settled already"):
        driver_statements.name_stated(made.pk, by=by, at=NOW)


def test_a_declaration_is_completed_by_a_visit_before_anybody_is_named(place: World) -> None:
    case = notified(place)
    made = state(case, identity_number=OWNER_IDENTITY)
    by = acting(place.reviewer)
    with pytest.raises(Refused, match="working session"):
        driver_statements.name_stated(made.pk, by=by, at=NOW)
    silent_session(case, place, at=NOW + timedelta(hours=1))
    driver_statements.name_stated(made.pk, by=by, at=NOW + timedelta(hours=2))
    assert made.__class__.objects.get(pk=made.pk).state == "named"


def test_a_statement_set_aside_has_its_answer_and_another_may_follow(place: World) -> None:
    case = notified(place)
    made = state(case)
    by = acting(place.reviewer)
    with pytest.raises(Refused, match="Write the answer"):
        driver_statements.set_aside(made.pk, answer=" ", by=by, at=NOW)
    driver_statements.set_aside(made.pk, answer="Ảnh cho thấy người khác lái", by=by, at=NOW)
    assert state(case).state == "open"


def test_nobody_says_who_drove_once_the_police_know(place: World) -> None:
    case = case_at("recorded", place)
    with pytest.raises(Refused, match="before the record"):
        state(case)
    with pytest.raises(Refused, match="before the record"):
        name(case)


def test_a_nomination_holds_its_code_only_as_a_digest(place: World) -> None:
    case = notified(place)
    made = name(case)
    code = nomination_messages.code_of(made.pk)
    assert lookup_codes.check(code) == code
    row = repr(Nomination.objects.filter(pk=made.pk).values().get())
    assert code not in row
    assert nominations.find(code, network="n", at=NOW).pk == made.pk


def test_accepting_gives_the_officer_a_statement_and_no_offender(place: World) -> None:
    case = notified(place)
    made = name(case)
    said = nominations.accept(made.pk, driver(), form_key="a", at=NOW)
    assert nominations.accept(made.pk, driver(), form_key="a", at=NOW).pk == said.pk
    assert (said.manner, said.is_owner) == ("named", False)
    assert Violation.objects.get(pk=case.pk).offender_identified_on is None
    with pytest.raises(Refused, match="answered or taken back"):
        nominations.refuse(made.pk, "nhầm", at=NOW)
    driver_statements.name_stated(said.pk, by=acting(place.reviewer), at=NOW)
    offender = case.parties.get(role=Party.Role.OFFENDER)
    assert offender.identity_number == driver().identity_number


def test_a_refusal_gives_the_case_back_and_the_owners_days_run_on(place: World) -> None:
    case = notified(place)
    before = CaseDeadline.objects.get(case=case, name="no_show").due_on
    made = name(case)
    with pytest.raises(Refused, match="Write why"):
        nominations.refuse(made.pk, "  ", at=NOW)
    nominations.refuse(made.pk, "tôi ở nước ngoài hôm đó", at=NOW)
    clock = CaseDeadline.objects.get(case=case, name="no_show")
    assert (clock.due_on, clock.met_on) == (before, None)
    assert name(case, full_name="Lê Văn Bảy", email="bay@vidu.vn").depth == 1
    nominations.withdraw(case.pk, at=NOW)
    with pytest.raises(Refused, match="days for an answer ended"):
        name(case, full_name="Phạm Văn Tám", email="tam@vidu.vn", at=NOW + timedelta(days=40))


def test_one_answer_is_awaited_at_a_time_by_the_database_too(place: World) -> None:
    case = notified(place)
    first = name(case)
    again = nominations.name(case.pk, named(), form_key=first.form_key, identified=False, at=NOW)
    assert again.pk == first.pk
    with pytest.raises(Refused, match="has not answered"):
        name(case, full_name="Lê Văn Bảy", email="bay@vidu.vn")
    with pytest.raises(Refused, match="Take that back first"):
        state(case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.create(
            case=case, form_key="x", reason="drove", full_name="X", proof_text="",
            code_digest=b"1" * 32, named_at=NOW, expires_at=NOW,
        )  # fmt: skip


def test_owner_cannot_name_himself_nor_a_period_without_the_day(place: World) -> None:
    case = notified(place)
    with pytest.raises(Refused, match="It was me"):
        name(case, full_name="  TRẦN   văn hiếu ")
    day = case.occurred_on
    with pytest.raises(Refused, match="does not lie within"):
        name(case, reason="sold", from_on=day + timedelta(days=1))
    with pytest.raises(Refused, match="way to reach"):
        name(case, email="")
    assert name(case, reason="sold", from_on=day, until_on=day).reason == "sold"


def test_a_chain_has_three_links_and_no_circle(place: World) -> None:
    case = notified(place)
    link = name(case)
    with pytest.raises(Refused, match="named in this case already"):
        nominations.pass_on(link.pk, named(full_name="Ai Đó"), form_key="c", at=NOW)
    with pytest.raises(Refused, match="says that he did not drive"):
        nominations.pass_on(
            link.pk, named(full_name="Trần Văn Hiếu", email="o@vidu.vn"), form_key="o", at=NOW
        )
    for number in (2, 3):
        link = nominations.pass_on(
            link.pk,
            named(full_name=f"Người Thứ {number}", email=f"n{number}@vidu.vn"),
            form_key=f"p{number}",
            at=NOW,
        )
        assert link.depth == number
    with pytest.raises(Refused, match="Three people"):
        nominations.pass_on(
            link.pk, named(full_name="Người Thứ Tư", email="n4@vidu.vn"), form_key="p4", at=NOW
        )
    assert [each.depth for each in nominations.chain(link)] == [1, 2, 3]
    assert list(case.nominations.order_by("depth").values_list("state", flat=True)) == [
        "passed_on", "passed_on", "open",
    ]  # fmt: skip


def test_an_old_code_answers_nothing_and_makes_room_for_another_name(place: World) -> None:
    case = notified(place)
    made = name(case)
    late = NOW + nominations.ANSWER_WITHIN
    with pytest.raises(Refused, match="time to answer is over"):
        nominations.accept(made.pk, driver(), form_key="a", at=late)
    assert name(case, full_name="Lê Văn Bảy", email="bay@vidu.vn", at=late).state == "open"
    made.refresh_from_db()
    assert made.state == State.EXPIRED
    assert nominations.expire_due(at=late + nominations.ANSWER_WITHIN) == 1


def test_wrong_codes_are_counted_and_then_nobody_is_asked(place: World) -> None:
    wrong = nomination_messages.code_of(uuid.uuid4())
    for _try in range(nominations.CODE_FAILURES[0].most):
        assert nominations.find(wrong, network="n", at=NOW) is None
    with pytest.raises(TooMany):
        nominations.find(wrong, network="n", at=NOW)
    assert nominations.find(wrong, network="other", at=NOW) is None


class Post:
    """A channel that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []

    def send(self, *, key: str, destination: str, message: Any) -> str:
        self.sent.append((key, destination, message))
        return "receipt"


def test_the_person_is_told_once_without_link_plate_or_name(place: World) -> None:
    case = notified(place)
    made = name(case, phone="+84912345678")
    ways = {"email": Post(), "sms": Post()}
    assert nomination_messages.send_waiting(ways, at=NOW) == 1
    assert nomination_messages.send_waiting(ways, at=NOW) == 0
    [(key, destination, message)] = ways["email"].sent
    assert (key, destination) == (str(made.pk), NOMINEE_EMAIL)
    code = lookup_codes.pretty(nomination_messages.code_of(made.pk))
    for words in (message.body, message.short):
        assert code in words
        assert not any(
            secret in words for secret in ("http", "://", case.plate, case.plate_display, "Hiếu")
        )
    assert len(message.short) <= 320
    assert ways["sms"].sent == []


def test_who_has_a_postal_address_alone_gets_a_letter_from_the_officer(place: World) -> None:
    case = notified(place)
    made = name(case, email="", address="số 9 phố Mẫu")
    assert nomination_messages.needs_letter(made)
    assert nomination_messages.send_waiting({"email": Post()}, at=NOW) == 0
    with pytest.raises(Refused):
        nominations.note_posted(made.pk, by=acting(place.other_leader), at=NOW)
    nominations.note_posted(made.pk, by=acting(place.reviewer), at=NOW)
    with pytest.raises(Refused, match="told already"):
        nominations.note_posted(made.pk, by=acting(place.reviewer), at=NOW)
