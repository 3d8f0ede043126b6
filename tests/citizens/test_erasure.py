"""What people wrote goes for good when its time is over: all of it, nothing else, and on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction
from django.test import Client

from cameras import disposal
from cameras.holds import lift_hold, place_hold
from cameras.models import CustodyEvent, Disposal
from citizens import erasure, tasks
from citizens.models import DriverStatement, Erasure, Nomination, Submission, SubmissionFile
from tests.citizens.conftest import browser, clock, place
from tests.citizens.naming import enter_named, name, notified
from tests.citizens.visits import NOW, look_up, text
from tests.citizens.written import LONG_AFTER, TOO_SOON, WORDS, rule, written_in
from tests.journeys import World
from tests.notices.message_catcher import BOTH_WAYS
from tests.violations.desk import signed_in
from violations import history
from violations.models import Complaint, Violation

__all__ = ["browser", "clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
TABLES = ("submission", "submissionfile", "driverstatement", "nomination")


@pytest.fixture
def case(place: World, browser: Client, settings: Any) -> Violation:
    settings.MESSAGES = BOTH_WAYS
    return written_in(place, browser)


def everything_written() -> str:
    """Return every row of what people wrote, as the database holds it."""
    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM citizens_{table} t")
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def the_rest(case: Violation) -> list[Any]:
    """Return what an erasure leaves as it is."""
    return [
        Violation.objects.filter(pk=case.pk).values().get(),
        list(case.events.order_by("pk").values_list("pk", "row_hash")),
        list(case.parties.order_by("pk").values()),
        list(Submission.objects.values("pk", "number", "kind", "state", "act", "received_at")),
        list(Nomination.objects.values("pk", "state", "named_at", "code_digest", "depth")),
        list(DriverStatement.objects.values("pk", "state", "made_at", "text_sha256", "is_owner")),
    ]


def test_words_names_contacts_and_files_go_and_nothing_else_changes(
    case: Violation, django_capture_on_commit_callbacks: Any
) -> None:
    file, before = SubmissionFile.objects.get(), the_rest(case)
    assert erasure.erase_due(at=LONG_AFTER) == 0  # nobody has entered any days
    rule()
    assert erasure.erase_due(at=TOO_SOON) == 0
    assert [word for word in WORDS if word not in everything_written()] == []
    with django_capture_on_commit_callbacks(execute=True):
        assert erasure.erase_due(at=LONG_AFTER) == 1
    left = everything_written()
    assert [word for word in (*WORDS, "phố Mẫu", "84912345678", "vidu.vn") if word in left] == []
    assert the_rest(case) == before and history.faults(case) == []
    assert not storages["evidence"].exists(file.sha256)
    gone = Disposal.objects.get(sha256=file.sha256)
    assert (gone.ground, gone.disposed_at) == ("case, 365 d: văn bản số 3 (mẫu)", LONG_AFTER)
    assert CustodyEvent.objects.filter(object_sha256=file.sha256, action="disposed").count() == 1
    row = Erasure.objects.get()
    assert (row.case, row.row_count, row.file_count, row.ground) == (case, 3, 1, gone.ground)
    assert erasure.erase_due(at=LONG_AFTER + timedelta(days=1)) == 0
    assert Erasure.objects.count() == 1


def test_every_page_says_so_in_words(
    case: Violation,
    place: World,
    browser: Client,
    clock: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent, file = Submission.objects.get(), SubmissionFile.objects.get()
    officer = signed_in(place.reviewer, headers={"accept-language": "en"})
    desk, drivers = f"/can-bo/don-tu/{sent.number}/", f"/can-bo/nguoi-lai/{case.number}/"
    assert "Tôi ở nơi khác" in text(officer.get(desk))
    assert "Nguyễn Thị Minh" in text(officer.get(drivers))
    rule()
    clock(LONG_AFTER)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.erase_what_was_written()
    officer = signed_in(place.reviewer, headers={"accept-language": "en"})
    day = f"{LONG_AFTER:%d/%m/%Y}"
    shown = text(officer.get(desk))
    assert f"What the person wrote was erased on {day}" in shown
    assert f"File, erased on {day}" in shown and "365 d: văn bản số 3" in shown
    answer = officer.get(f"{desk}tep/{file.pk}/")
    assert answer.status_code == 410 and day in text(answer)
    chain = text(officer.get(drivers))
    assert f"Name and reasons erased on {day}" in chain and "name erased" in chain
    assert f"Address, e-mail and telephone erased on {day}" in chain
    page = text(look_up(browser, case))
    assert f"What you wrote and the files you sent were erased on {day}" in page
    assert f"What was stated was erased on {day}" in text(browser.get("/vu-viec/toi-lai-xe/"))
    assert f"Names and reasons were erased on {day}" in text(browser.get("/vu-viec/nguoi-khac/"))
    named = enter_named(browser, Nomination.objects.get())
    assert f"Your name, contact and answer were erased on {day}" in text(named)
    for words in (shown, chain, page, text(named)):
        assert [word for word in WORDS if word in words] == []


def test_a_hold_a_dispute_and_a_waiting_answer_stop_it(case: Violation, place: World) -> None:
    rule()
    keeper = place.leader.user
    hold = place_hold(case.detection_id, by_user=keeper, reason="đoàn kiểm tra", at=NOW)
    assert erasure.erase_due(at=LONG_AFTER) == 0
    lift_hold(hold.pk, by_user=keeper, reason="đã xong", at=NOW)
    day = case.closed_on
    filed = Complaint.objects.create(case=case, level=1, received_on=day, content="mẫu")
    assert erasure.erase_due(at=LONG_AFTER) == 0
    Complaint.objects.filter(pk=filed.pk).update(state="withdrawn")
    late = Submission.objects.create(
        case=case, kind="never_received", number="DTX", form_key=case.pk, text="mẫu",
        writer_name="mẫu", writer_as="owner", level="code",
        received_at=LONG_AFTER - timedelta(days=400),
    )  # fmt: skip
    assert erasure.erase_due(at=LONG_AFTER) == 0
    Submission.objects.filter(pk=late.pk).update(
        state="taken", settled_by=place.reviewer, settled_at=LONG_AFTER - timedelta(days=30)
    )
    assert erasure.erase_due(at=LONG_AFTER) == 0  # it was answered a month ago
    assert erasure.erase_due(at=LONG_AFTER + timedelta(days=400)) == 1


def killed_before_the_commit(case: Violation) -> None:
    """Erase what was written in a case, and die before anybody can see it."""
    with transaction.atomic():
        assert erasure.erase_case(case.pk, at=LONG_AFTER)
        raise KeyboardInterrupt


def test_a_run_that_is_killed_goes_on_where_it_stopped(
    case: Violation, place: World, browser: Client, django_capture_on_commit_callbacks: Any
) -> None:
    other = written_in(place, browser, plate="30F25658")
    rule()
    files = dict(SubmissionFile.objects.values_list("submission__case", "sha256"))
    words = everything_written()
    with pytest.raises(KeyboardInterrupt):
        killed_before_the_commit(case)
    assert everything_written() == words and not Disposal.objects.exists()
    with django_capture_on_commit_callbacks(execute=False):  # killed before the bytes went
        assert erasure.erase_due(at=LONG_AFTER, limit=1) == 1
    assert [storages["evidence"].exists(files[each.pk]) for each in (case, other)] == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        assert erasure.erase_due(at=LONG_AFTER) == 1
    assert disposal.finish_removals(at=LONG_AFTER) == 1
    assert [storages["evidence"].exists(files[each.pk]) for each in (case, other)] == [False] * 2
    assert set(Erasure.objects.values_list("case", flat=True)) == {case.pk, other.pk}
    assert Disposal.objects.count() == 2


def test_a_file_that_another_case_still_needs_stays(case: Violation, place: World) -> None:
    file = SubmissionFile.objects.get()
    elsewhere = Submission.objects.create(
        case=notified(place, plate="30F25658"), kind="cloned", number="DTY", form_key=case.pk,
        text="mẫu", writer_name="mẫu", writer_as="owner", level="code", received_at=NOW,
    )  # fmt: skip
    SubmissionFile.objects.create(
        submission=elsewhere, name="a.jpg", media_type="image/jpeg", sha256=file.sha256, size=9
    )
    rule()
    assert erasure.erase_due(at=LONG_AFTER) == 1
    file.refresh_from_db()
    assert (file.name, file.erased_at) == ("", LONG_AFTER)
    assert not Disposal.objects.exists() and storages["evidence"].exists(file.sha256)


def test_the_database_takes_an_erasure_whole_or_not_at_all(case: Violation, place: World) -> None:
    sent = Submission.objects.filter(case=case)
    open_one = name(notified(place, plate="30F25658"))
    blank = {
        "text": "", "statement": {}, "writer_name": "", "contact": "", "address": "",
        "person": "", "answer": "",
    }  # fmt: skip
    refused = (
        (sent, {"text": ""}),
        (sent, {"erased_at": NOW}),
        (sent, blank),
        (sent, blank | {"erased_at": NOW, "text": "khác"}),
        (sent, blank | {"erased_at": NOW, "act": "khác"}),
        (SubmissionFile.objects.all(), {"name": ""}),
        (Nomination.objects.filter(pk=open_one.pk), {"email": ""}),
        (Nomination.objects.filter(pk=open_one.pk),
         {"email": "", "full_name": "", "contact_erased_at": NOW}),
    )  # fmt: skip
    for rows, values in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)
    rule()
    assert erasure.erase_due(at=LONG_AFTER) == 1
    for values in ({"text": "lại"}, {"erased_at": None}, {"answer": "lại"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            sent.update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.update(row_count=9)
