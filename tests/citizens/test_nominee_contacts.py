"""The contact of who was named and did not accept goes early; lines of fleet files by their own days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cameras.holds import lift_hold, place_hold
from citizens import nominations, nominee_contacts
from citizens.models import Erasure, FleetRow, FleetUpload, Nomination
from tests.citizens.conftest import clock, place
from tests.citizens.naming import driver, name, named, notified
from tests.citizens.visits import NOW, text
from tests.journeys import World
from tests.notices.message_catcher import BOTH_WAYS
from tests.violations.desk import signed_in
from violations.models import Complaint, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
SOON, LATER = NOW + timedelta(days=29), NOW + timedelta(days=31)


@pytest.fixture
def case(place: World, settings: Any) -> Violation:
    settings.MESSAGES, settings.NAMED_CONTACT_DAYS = BOTH_WAYS, 30
    return notified(place)


def contact(nomination: Nomination) -> list[str]:
    found = Nomination.objects.get(pk=nomination.pk)
    return [found.address, found.email, found.phone]


def refused(case: Violation, **more: Any) -> Nomination:
    made = name(case, phone="+84912345678", address="số 9 phố Mẫu", **more)
    return nominations.refuse(made.pk, "Không phải tôi.", at=NOW)


def test_who_refused_is_written_to_no_more_and_keeps_his_word(
    case: Violation, place: World
) -> None:
    made = refused(case)
    assert nominee_contacts.erase_due(at=SOON) == 0
    assert nominee_contacts.erase_due(at=LATER) == 1
    assert contact(made) == ["", "", ""]
    made.refresh_from_db()
    assert (made.full_name, made.answer, made.state) == (
        "Nguyễn Thị Minh", "Không phải tôi.", "refused",
    )  # fmt: skip
    row = Erasure.objects.get()
    assert (row.what, row.case, row.row_count, row.ground) == (
        "contact", case, 1, "NAMED_CONTACT_DAYS, 30 d",
    )  # fmt: skip
    assert nominee_contacts.erase_due(at=LATER + timedelta(days=9)) == 0
    officer = signed_in(place.reviewer, headers={"accept-language": "en"})
    page = text(officer.get(f"/can-bo/nguoi-lai/{case.number}/"))
    assert f"Address, e-mail and telephone erased on {LATER:%d/%m/%Y}" in page
    assert "Nguyễn Thị Minh" in page


def test_it_waits_until_the_whole_chain_has_settled(case: Violation) -> None:
    first = refused(case)
    second = nominations.name(
        case.pk, named(full_name="Lê Văn Bảy", email="bay@vidu.vn"), form_key="b",
        identified=False, at=NOW + timedelta(days=8),
    )  # fmt: skip
    assert nominee_contacts.erase_due(at=LATER) == 0
    nominations.expire_due(at=second.expires_at)
    assert nominee_contacts.erase_due(at=second.expires_at + timedelta(days=29)) == 0
    assert nominee_contacts.erase_due(at=second.expires_at + timedelta(days=31)) == 1
    assert contact(first) + contact(second) == [""] * 6


def test_who_accepted_stays_reachable(case: Violation) -> None:
    made = name(case)
    nominations.accept(made.pk, driver(), form_key="a", at=NOW)
    assert nominee_contacts.erase_due(at=LATER) == 0
    assert "minh.nguyen@vidu.vn" in contact(made)


def test_a_hold_and_a_complaint_stop_it(case: Violation, place: World) -> None:
    made = refused(case)
    keeper = place.leader.user
    hold = place_hold(case.detection_id, by_user=keeper, reason="đoàn kiểm tra", at=NOW)
    assert nominee_contacts.erase_due(at=LATER) == 0
    lift_hold(hold.pk, by_user=keeper, reason="đã xong", at=NOW)
    filed = Complaint.objects.create(case=case, level=1, received_on=NOW.date(), content="mẫu")
    assert nominee_contacts.erase_due(at=LATER) == 0
    Complaint.objects.filter(pk=filed.pk).update(state="withdrawn")
    assert nominee_contacts.erase_due(at=LATER) == 1
    assert contact(made) == ["", "", ""]


def test_lines_of_fleet_files_go_a_year_after_their_days(case: Violation, settings: Any) -> None:
    settings.FLEET_ROW_DAYS = 365
    upload = FleetUpload.objects.create(
        person_digest=b"p", sha256="0" * 64, row_count=2, uploaded_at=NOW, confirmed_at=NOW
    )
    used, unused = (
        FleetRow.objects.create(
            upload=upload, line=line, plate=case.plate, from_on=date(2026, 10, 1),
            until_on=date(2026, 10, 31), full_name="Lê Văn Bảy", email="bay@vidu.vn",
        )
        for line in (1, 2)
    )  # fmt: skip
    refusal = refused(case)
    Nomination.objects.filter(pk=refusal.pk).update(fleet_row=None)
    other = nominations.name(
        case.pk, named(full_name="Lê Văn Bảy", email="bay@vidu.vn"), form_key="f",
        identified=True, fleet_row=used, at=NOW,
    )  # fmt: skip
    nominations.withdraw(case.pk, at=NOW)
    assert nominee_contacts.erase_due(at=LATER) == 1
    used.refresh_from_db()
    assert (used.email, used.full_name) == ("", "Lê Văn Bảy")  # the contact goes with his
    assert nominee_contacts.erase_fleet_rows(at=NOW + timedelta(days=370)) == 0
    year_later = NOW + timedelta(days=400)
    assert nominee_contacts.erase_fleet_rows(at=year_later) == 1
    unused.refresh_from_db()
    used.refresh_from_db()
    assert (unused.full_name, unused.email, unused.erased_at) == ("", "", year_later)
    assert used.erased_at is None and other.fleet_row_id == used.pk  # waits for its nomination
    assert Erasure.objects.latest("pk").what == "fleet"
