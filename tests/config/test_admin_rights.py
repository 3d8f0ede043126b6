"""Every role before every list and page of the officers' admin site: open or closed, as it says."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, reverse

from cameras import checkpoints, custody, profiles, rehashing
from cameras.holds import place_hold
from cameras.models import Detection, DeviceAlarm, Disposal, RetentionRule, WitnessReceipt
from citizens.models import CanaryAlarm, CanaryPlate, Erasure, StatementLine, User
from citizens.statements import matches
from notices import printing, production
from notices.models import EnvelopeType, Notice, PostRange, PrintRun, Scan
from tests.citizens import electronic, holders, naming, visits
from tests.citizens.banking import read_in
from tests.citizens.conftest import clock, english, place
from tests.journeys import START, World, acting, case_at, confirming, detection, officer
from tests.violations.desk import signed_in
from violations import (
    agency_warnings,
    audit_samples,
    calendar_confirmation,
    counter,
    emergency,
    licences,
    payments,
    recovery,
    refunds,
    reversals,
    urls,
)
from violations.models import (
    CameraPause,
    CaseEvent,
    Decision,
    Delegation,
    Draft,
    KnownAnswer,
    KnownCase,
    PaperSignature,
    Payment,
    PaymentClaim,
    PlateReport,
    Recall,
    RecallItem,
    ReviewDecision,
    ReviewPostponement,
    RightsChange,
    SamplingChange,
    SecondLook,
    SessionDocument,
    SigningBatch,
    SigningItem,
    StageCapacity,
    Violation,
)
from violations.roles import ROLES

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

SAVES = re.compile(r'name="(?:_save|_saveasnew|_addanother|_continue)"')
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
#: Not of this site's pages: signing in and out, files, and what would take a case from the queue.
ELSEWHERE = ("/can-bo/tai-khoan/", "/can-bo/duyet/", "/can-bo/giay/")
#: What the portal does not keep, and no role may read.
EMPTY = {"account.emailaddress", "usersessions.usersession"}
OF_CASES = (Violation, CaseEvent, Decision, Draft, Payment, ReviewDecision, Notice, Detection)


@pytest.fixture
def full(place: World) -> World:
    """Fill the tables the way they fill in life: looked up, paid, closed, printed, looked at."""
    case = visits.case_at("served", place)
    citizen = english()
    visits.look_up(citizen, case)
    visits.tell(Client(), visits.told(visits.start_payment(citizen)))
    for event in case.events.filter(notice__isnull=False):
        production.produce(event.notice_id, at=visits.NOW)
    waiting = [paper.pk for paper in printing.printable({case.unit.code})]
    run = printing.prepare_run(case.unit.code, waiting, by_user=place.clerk.user, at=visits.NOW)
    fill_the_post_room(place, run)
    assert signed_in(place.auditor).get(f"/can-bo/ho-so/{case.number}/").status_code == 200
    assert signed_in(place.auditor).get(picture_of(case)).status_code == 200
    licences.record_licence(
        case.pk, number="079123456789", classes="A1, B2", issued_on=date(2020, 5, 4),
        issued_by="Sở Giao thông vận tải (mẫu)", by=acting(place.reviewer), at=visits.NOW,
    )  # fmt: skip
    detection(place, state="held", held_for=[{"code": "plate_unread"}])
    warned = case_at("notified", place)
    agency_warnings.warn_no_show(warned.pk, by=confirming(warned), at=START + timedelta(days=30))
    calendar_confirmation.change_day(
        date(2026, 11, 20),
        nature="closed",
        reason="nghỉ (mẫu)",
        instrument="văn bản số 01 (mẫu)",
        by_name="Đinh Văn Nghĩa",
        at=visits.NOW,
    )
    place_hold(
        case.detection_id, by_user=place.leader.user, reason="khiếu nại (mẫu)", at=visits.NOW
    )
    RetentionRule.objects.create(record_class="case", keep_days=3650, basis="văn bản số 02 (mẫu)")
    Disposal.objects.create(
        sha256="0" * 64, size=1, record_class="case", ground="mẫu", disposed_at=visits.NOW
    )
    custody.chain()
    checkpoint = checkpoints.make_checkpoint(at=visits.NOW)
    WitnessReceipt.objects.create(
        checkpoint=checkpoint, witness="w", accepted=True, answer="{}", received_at=visits.NOW
    )
    rehashing.rehash(at=visits.NOW, share_per_mille=0)
    canary = CanaryPlate.objects.create(plate="51K99999", note="mẫu", made_by=place.auditor.user)
    CanaryAlarm.objects.create(canary=canary, way="plate", network_digest=b"n", at=visits.NOW)
    device = place.red_light_camera
    DeviceAlarm.objects.create(device=device, code="disk", opened_at=visits.NOW)
    electronic.agrees(case, place, email="nguoi.nhan@vidu.vn", at=visits.NOW)
    naming.fill_who_drove(place)
    Erasure.objects.create(case=case, what="words", row_count=1, ground="mẫu", erased_at=visits.NOW)
    holders.fill_accounts(case, place)
    fill_the_control(place, case)
    fill_the_books(place, case)
    profiles.propose_profile(
        device, {"speed_unit": "kmh"}, "mẫu", by_user=place.technician.user, at=visits.NOW
    )
    return place


def fill_the_post_room(place: World, run: PrintRun) -> None:
    """Fill the books of the post room: a range of numbers, a scan, an envelope."""
    PostRange.objects.create(
        unit_code=run.unit_code, prefix="RR", first=1, last=9, issued_on=visits.NOW.date(),
        receipt="mẫu", registered_by_name="mẫu", registered_at=visits.NOW,
    )  # fmt: skip
    Scan.objects.create(run=run, result="unknown", at=visits.NOW, by=place.clerk.user)
    EnvelopeType.objects.create(
        name="mẫu", width=2200, height=1100, window_left=200, window_top=450,
        window_width=900, window_height=450, play_across=100, play_down=110,
    )  # fmt: skip


def fill_the_books(place: World, case: Violation) -> None:
    """Fill the books beside the payments: a statement with a line, a refund, a claim, a voucher."""
    keeper = officer("ke-toan", "Vũ Thanh Mai", "Accountant", place.unit)
    read_in(place, keeper, [(7, "FT1", "mẫu")], at=visits.NOW,
            account=case.decision.beneficiary.account)  # fmt: skip
    line = StatementLine.objects.get()
    matches.match(line.pk, kind="aside", rule="hand", reason="mẫu", at=visits.NOW)
    payment = payments.receive(case.decision.pk, provider="vnpay", reference="R2",
                               amount_vnd=9, paid_at=visits.NOW, at=visits.NOW)  # fmt: skip
    refunds.request_refund(payment.pk, amount_vnd=1, route="treasury", basis="mẫu",
                           by=acting(keeper), at=visits.NOW)  # fmt: skip
    back = payments.receive(case.decision.pk, provider="vnpay", reference="R3",
                            amount_vnd=9, paid_at=visits.NOW, at=visits.NOW)  # fmt: skip
    reversals.reverse(back, kind="returned", reference="x", reason="mẫu",
                      on=visits.NOW.date(), by=acting(keeper), at=visits.NOW)  # fmt: skip
    counter.record_voucher(payment.pk, number="mẫu", issued_on=visits.NOW.date(),
                           by=acting(keeper), at=visits.NOW)  # fmt: skip
    PaymentClaim.objects.create(case=case, channel="bank", paid_on=visits.NOW.date(),
                                amount_vnd=9, made_at=visits.NOW)  # fmt: skip


def fill_the_control(place: World, case: Violation) -> None:
    """Fill the tables an auditor checks: looks, samples, batches, recalls, people."""
    now, verdict = visits.NOW, case.reviews.first()
    later = now + timedelta(hours=1)
    SecondLook.objects.create(case=case, ground="officer", note="mẫu", asked_at=now)
    ReviewPostponement.objects.create(
        case=case, officer=place.reviewer, role="first", reason="ask", postponed_at=now,
        until_at=later,
    )  # fmt: skip
    known = KnownCase.objects.create(
        case=case, choice="verify", plate=case.plate, basis="mẫu", chosen_by=place.supervisor,
        chosen_at=now, retires_on=later.date(),
    )  # fmt: skip
    KnownAnswer.objects.create(
        known_case=known, review=verdict, officer=place.reviewer, is_right=True, answered_at=now
    )
    SamplingChange.objects.create(
        unit=place.unit, stratum="ordinary", per_mille=50, reason="mẫu", changed_at=now
    )
    StageCapacity.objects.create(
        unit=place.unit, stage="review", per_day=500, set_by=place.supervisor, set_at=now
    )
    CameraPause.objects.create(
        device=place.speed_camera, reason="mẫu", paused_by=place.supervisor, paused_at=now,
        review_at=later,
    )  # fmt: skip
    batch = SigningBatch.objects.create(
        number="TK-1", unit=place.unit, leader=place.leader, opened_at=now
    )
    SigningItem.objects.create(batch=batch, draft=case.drafts.first(), position=1)
    recall = Recall.objects.create(
        number="TH-1", unit=place.unit, from_at=now, until_at=later, defect="clock", basis="mẫu",
        proposed_by=place.supervisor, proposed_at=now,
    )  # fmt: skip
    RecallItem.objects.create(recall=recall, case=case, status_before=case.status, plan="annul")
    SessionDocument.objects.create(
        case=case, kind="other", description="mẫu", received_by=place.reviewer, received_at=now
    )
    PaperSignature.objects.create(
        notice=case.events.exclude(notice=None).first().notice, signer="person", name="mẫu",
        manner="refused", reason="mẫu", taken_by=place.reviewer, signed_at=now,
    )  # fmt: skip
    PlateReport.objects.create(
        plate="30F99999", plate_colour="white", kind="cloned", from_on=now.date(),
        reference="mẫu", recorded_by=place.reviewer, recorded_at=now,
    )  # fmt: skip
    recovery.ask(
        place.clerk.user, reason="mẫu", identity_checked="mẫu", by=place.administrator.user, at=now
    )
    emergency.open_access(place.other_leader.user, place.unit, reason="mẫu", at=now)
    days = audit_samples.Population(now.date() - timedelta(days=90), now.date())
    audit_samples.take(days, size=1, by=place.auditor.user, at=now)


def picture_of(case: Violation) -> str:
    return f"/can-bo/anh/{case.detection.evidence.first().pk}/"


def person(full: World, role: str) -> User:
    """Return a member of the national unit with one role: the whole country is in sight.

    The person has handed on his power, if he may: what one gave oneself is open to change.
    """
    held = Group.objects.get(name=role)
    made = officer(f"role-{held.pk}", role, role, full.national)
    giver = made if made.user.has_perm("violations.change_delegation") else full.leader
    Delegation.objects.create(
        head=giver,
        deputy=full.second_reviewer,
        number="01/QĐ-GQXP",
        signed_on=START.date(),
        scope="xử phạt (mẫu)",
        starts_on=START.date(),
        ends_on=START.date(),
    )
    return made.user


def main_of(page: HttpResponse) -> str:
    text = page.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def links_of(page: HttpResponse) -> set[str]:
    """Return the addresses of this site that a page leads to, without their questions."""
    found = {urlsplit(link.replace("&amp;", "&")) for link in LINK.findall(main_of(page))}
    return {
        link.path
        for link in found
        if link.path.startswith(("/quan-tri/", "/can-bo/")) and not link.path.startswith(ELSEWHERE)
    }


def holds(user: User, model: type[Model], *actions: str) -> bool:
    """Tell whether the role names one of these rights on a model."""
    name = f"{model._meta.app_label}.{{}}_{model._meta.model_name}"
    return any(user.has_perm(name.format(action)) for action in actions)


def in_sight(model_admin: admin.ModelAdmin, user: User) -> Model | None:
    """Return a row the person's list would show."""
    request = RequestFactory().get("/")
    request.user = user
    return model_admin.get_queryset(request).first()


def address(model: type[Model], page: str, *given: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=given)


class Walk:
    """One person's way through the whole site: what was wrong, what was not there, where it led."""

    def __init__(self, user: User) -> None:
        self.user, self.client = user, signed_in(user.officer)
        self.faults: list[str] = []
        self.missing: set[str] = set()
        self._links: dict[str, str] = {}

    def through(self, model: type[Model], model_admin: admin.ModelAdmin) -> None:
        """Open the list, the form for a new row, and a row, if there is one."""
        reads = holds(self.user, model, "view", "change")
        self._expect(address(model, "changelist"), opens=reads)
        request = RequestFactory().get("/")
        request.user = self.user
        adds = holds(self.user, model, "add") and model_admin.has_add_permission(request)
        self._expect(address(model, "add"), opens=adds, saves=adds)
        rows = model._default_manager
        row = in_sight(model_admin, self.user) if reads else rows.first()
        if row is None:
            self.missing.add(model._meta.label_lower)
            return
        there = address(model, "change", row.pk)
        may = holds(self.user, model, "change") and model_admin.has_change_permission(request, row)
        self._expect(there, opens=reads, saves=may)
        if not may:
            sent = self.client.post(there)  # a case leads to its own page, whatever is sent
            if sent.status_code not in ((302, 403, 405) if model is Violation else (403, 405)):
                self.faults.append(f"{there}: something sent was answered {sent.status_code}")

    def on(self) -> None:
        """Follow what the pages linked; every link must open."""
        for link, where in self._links.items():
            answer = self.client.get(link, follow=True)
            if answer.status_code != 200:
                self.faults.append(f"{where} leads to {link}: {answer.status_code}")

    def _expect(self, there: str, *, opens: bool, saves: bool = False) -> None:
        page = self.client.get(there, follow=True)
        if page.status_code != (200 if opens else 403):
            self.faults.append(f"{there}: {page.status_code}")
        elif opens:
            self._links |= dict.fromkeys(links_of(page), there)
            if bool(SAVES.search(main_of(page))) != saves:
                self.faults.append(f"{there}: {'no' if saves else 'a'} save button")


@pytest.mark.parametrize("role", ROLES)
def test_every_list_and_page_is_as_open_as_the_role_says(full: World, role: str) -> None:
    walk = Walk(person(full, role))
    for model, model_admin in admin.site._registry.items():
        walk.through(model, model_admin)
    walk.on()
    assert not walk.faults, "\n".join(walk.faults)
    assert walk.missing <= EMPTY


def test_an_administrator_finds_no_case_anywhere(full: World) -> None:
    client = signed_in(full.administrator)
    case = Violation.objects.exclude(paid_on=None).get()
    assert client.get(f"/can-bo/ho-so/{case.number}/").status_code == 403
    for event in case.events.filter(notice__isnull=False):
        assert client.get(f"/can-bo/giay/{event.notice_id}/").status_code == 403
    assert client.get(picture_of(case)).status_code == 403
    for model in OF_CASES:
        assert client.get(address(model, "changelist")).status_code == 403


#: The two acts of an auditor: to draw a sample, and to note an emergency. Neither touches a case.
OF_THE_AUDITOR = {"audit_draw", "emergency_note"}


def test_an_auditor_reads_everything_and_changes_nothing(full: World) -> None:
    user = person(full, "Auditor")
    client = signed_in(user.officer)
    writing = [name for name in user.get_all_permissions() if ".view_" not in name]
    assert writing == ["violations.draw_sample"]
    faults = []
    for model, model_admin in admin.site._registry.items():
        if model._meta.label_lower in EMPTY | {"mfa.authenticator"}:
            continue
        there = address(model, "changelist")
        if client.get(there).status_code != 200:
            faults.append(f"{there} is closed")
        row = in_sight(model_admin, user)
        assert row is not None, model
        for name, given in (("change", [row.pk]), ("add", []), ("delete", [row.pk])):
            with suppress(NoReverseMatch):
                sent = client.post(address(model, name, *given), {"reason": "x"})
                if sent.status_code not in (403, 405) and model is not Violation:
                    faults.append(f"{there} {name}: {sent.status_code}")
    assert not faults, "\n".join(faults)


def test_an_auditor_sends_nothing_to_any_officers_page(full: World) -> None:
    client = signed_in(full.auditor)
    before = CaseEvent.objects.count(), RightsChange.objects.count()
    faults = []
    for page in urls.urlpatterns:
        if page.name in OF_THE_AUDITOR:
            continue
        sent = client.post(reverse(f"violations:{page.name}", kwargs=anything(page)))
        # 405: the page only reads; 301/302 alone leads to a list.
        if sent.status_code not in (403, 405) and page.name != "case_root":
            faults.append(f"{page.name}: {sent.status_code}")
    assert not faults, "\n".join(faults)
    assert (CaseEvent.objects.count(), RightsChange.objects.count()) == before


def anything(page: URLPattern) -> dict[str, object]:
    """Return something for every part of an address."""
    return {
        name: {"UUIDConverter": UUID(int=1), "IntConverter": 1}.get(type(converter).__name__, "x")
        for name, converter in page.pattern.converters.items()
    }
