"""What a person handed in or signed is re-hashed with the evidence and goes with it, not before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages

from cameras import custody, disposal, evidence, holds, rehashing, stored_objects
from cameras.models import CustodyEvent, Disposal, RetentionRule
from tests.cameras.test_evidence import damage, path_of
from tests.journeys import START, World, acting, case_at, onward, picture
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.session_desk import png
from violations import session_files, working_sessions
from violations.models import PaperSignature, SessionDocument, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

#: After the last remedy, and a year of keeping.
LONG_AFTER = START + timedelta(days=1_200)


def handed_in(case: Violation, place: World, data: bytes, at: Any = NOW) -> SessionDocument:
    return working_sessions.receive_document(
        case.pk, kind="licence", description="GPLX (mẫu)", data=data, by=acting(place.reviewer),
        at=at,
    )  # fmt: skip


def signed(case: Violation, place: World) -> PaperSignature:
    return working_sessions.take_signature(
        case.record.notice_id,
        signer="person",
        name="Nguyễn Văn Mẫu",
        manner="paper",
        image=session_files.check(png("chữ ký")),
        by=acting(place.reviewer),
        at=NOW,
    )


def kept(row: Any) -> bool:
    return bool(storages["evidence"].exists(row.sha256))


def faults(rows: Any) -> set[tuple[str, str, str]]:
    return {(f["kind"], f["key"], f["finding"]) for row in rows for f in row.faults}


@pytest.fixture
def rule() -> RetentionRule:
    return RetentionRule.objects.create(
        record_class="case", keep_days=365, basis="văn bản số 3 (mẫu)"
    )


def test_the_files_of_an_open_case_are_checked_every_night(place: World) -> None:
    case = case_at("recorded", place)
    document, mark = handed_in(case, place, picture("gplx")), signed(case, place)
    assert faults(rehashing.rehash(at=NOW, share_per_mille=0)) == set()
    damage(document.sha256, 40)
    path_of(mark.sha256).unlink()
    rows = rehashing.rehash(at=NOW, share_per_mille=0)
    assert faults(rows) == {
        ("session_document", str(document.pk), "differs"),
        ("signature", str(mark.pk), "missing"),
    }
    found = [fault for row in rows for fault in row.faults]
    assert {fault["detections"][0] for fault in found} == {str(case.detection_id)}
    named = CustodyEvent.objects.filter(action="rehashed", object_sha256=document.sha256).get()
    assert named.reason == "session_document differs"
    assert len(stored_objects.all_faults()) == 2


def test_of_an_ended_case_chance_chooses(place: World) -> None:
    case = case_at("recorded", place)
    document = handed_in(case, place, picture("gplx"))
    onward(case, "closed", place)
    damage(document.sha256, 40)
    assert faults(rehashing.rehash(at=NOW, share_per_mille=0)) == set()
    (fault,) = faults(rehashing.rehash(at=NOW, share_per_mille=1000))
    assert fault == ("session_document", str(document.pk), "differs")


def test_they_go_with_the_evidence_of_their_case_and_the_page_says_so(
    place: World, rule: RetentionRule, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    case = case_at("recorded", place)
    document, mark = handed_in(case, place, picture("gplx")), signed(case, place)
    onward(case, "closed", place)
    for at, goes in ((START + timedelta(days=360), False), (LONG_AFTER, True)):
        with django_capture_on_commit_callbacks(execute=True):
            disposal.dispose(at=at)
        assert (kept(document), kept(mark)) == (not goes, not goes)
    row = Disposal.objects.get(sha256=document.sha256)
    assert (row.record_class, row.size) == ("case", document.size)
    noted = CustodyEvent.objects.get(action="disposed", object_sha256=mark.sha256)
    assert noted.reason == "case, 365 d: văn bản số 3 (mẫu)"
    assert faults(rehashing.rehash(at=LONG_AFTER, share_per_mille=1000)) == set()
    custody.chain()
    assert custody.faults(at=LONG_AFTER + timedelta(days=1)) == []
    answer = signed_in(place.reviewer).get(f"/can-bo/ho-so/{case.number}/tai-lieu/{document.pk}/")
    assert answer.status_code == 410


@pytest.mark.parametrize("why", ["open", "held"])
def test_they_stay_while_their_case_is_open_or_held(
    place: World, rule: RetentionRule, why: str, django_capture_on_commit_callbacks: Any
) -> None:
    case = case_at("recorded", place)
    document = handed_in(case, place, picture("gplx"))
    if why == "held":
        onward(case, "closed", place)
        holds.place_hold(
            case.detection_id, by_user=_holder(place), reason="khiếu nại (mẫu)", at=NOW
        )
    with django_capture_on_commit_callbacks(execute=True):
        disposal.dispose(at=LONG_AFTER)
    assert kept(document)
    assert evidence.store().exists(case.detection.delivery.kept_sha256)


def test_the_same_paper_in_another_case_keeps_its_bytes(
    place: World, rule: RetentionRule, django_capture_on_commit_callbacks: Any
) -> None:
    data = picture("gplx")
    ended, open_case = case_at("recorded", place), case_at("recorded", place)
    document = handed_in(ended, place, data)
    handed_in(open_case, place, data)
    onward(ended, "closed", place)
    with django_capture_on_commit_callbacks(execute=True):
        disposal.dispose(at=LONG_AFTER)
    assert not evidence.store().exists(ended.detection.delivery.kept_sha256)
    assert kept(document)
    assert not Disposal.objects.filter(sha256=document.sha256).exists()


def test_a_crash_between_row_and_bytes_is_finished_by_the_sweep(
    place: World, rule: RetentionRule
) -> None:
    case = case_at("recorded", place)
    document = handed_in(case, place, picture("gplx"))
    onward(case, "closed", place)
    disposal.dispose(at=LONG_AFTER)  # the callbacks of the commit never run
    assert kept(document)
    assert disposal.finish_removals(at=LONG_AFTER) > 0
    assert not kept(document)


def _holder(place: World) -> Any:
    from django.contrib.auth.models import Permission

    user = place.technician.user
    user.user_permissions.add(Permission.objects.get(codename="add_legalhold"))
    return type(user).objects.get(pk=user.pk)
