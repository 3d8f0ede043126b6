"""What the stage can do: cameras that push, colleagues at work, and time that passes."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache

from cameras.models import Detection
from cameras.simulator import (
    DELAY,
    SimulatedDevice,
    SimulatedVehicle,
    capture_red_light,
    capture_speeding,
    write_push,
)
from citizens import account_codes, appointments
from citizens.consents import person_digest
from citizens.models import AccountCode, Nomination, PaymentAttempt, User
from citizens.nomination_messages import code_of
from config.demo import journey
from config.demo.cameras import simulated_devices, walkthrough_camera
from config.demo.running import Portal
from config.demo.seeding import POSTAL_BEGINS
from config.demo.visitor import Visitor
from notices.models import Notice, PrintRunItem
from notices.register import lookup_code
from notices.stamp_claims import to_base32
from tests.browser import furnishing, stories
from tests.browser.newcomers import vehicles_of_people
from violations.actors import actor_for
from violations.delivery_outcomes import begin_delivery
from violations.guards import day_in_viet_nam
from violations.models import Draft, Party, Payment, SigningBatch, Violation


class Acts:
    """Each method is one request of the tests; arguments and answers are plain JSON."""

    def __init__(self, running: Portal) -> None:
        self.running = running
        self._cameras = {
            device.code: device for device in (*simulated_devices(), walkthrough_camera())
        }
        self._vehicles = {
            kind: vehicles_of_people(kind, running.register_url) for kind in ("car", "motorcycle")
        }
        # As many as a shift needs; the register knows none of them.
        self._strangers = (
            SimulatedVehicle(f"50K{number:05d}", "white", "car", "white")
            for number in range(10_001, 99_999)
        )
        self._visitors: dict[str, Visitor] = {}
        self._lock = threading.Lock()

    def place(self) -> dict[str, Any]:
        """Return where everything is and how everybody signs in."""
        return {
            "origin": self.running.origin,
            "bank_url": self.running.bank_url,
            "identity_url": self.running.identity_url,
            "people": {
                person.username: {"password": person.password, "totp": person.totp_secret}
                for person in self.running.sign_ins
            },
        }

    def close(self) -> None:
        """End the sessions."""
        for visitor in self._visitors.values():
            visitor.close()

    def deliver(
        self,
        camera: str,
        count: int = 1,
        pictures: int | None = None,
        known: bool = True,
        kind: str = "car",
    ) -> list[Any]:
        """Let a camera push some violations; returns cases, or detections that are held.

        ``pictures`` sends that many of the three pictures: one is below the evidence floor.
        ``known`` takes vehicles of the register, of which there are few.
        """
        device = self._cameras[camera]
        made = [self._push(device, pictures, kind if known else "") for _ in range(count)]
        return [self._arrived(vehicle, at, held=pictures == 1) for vehicle, at in made]

    def served(self, count: int) -> list[dict[str, str]]:
        """Let the other province's staff bring cases to the served decision, through their pages."""
        cases = self.deliver("CAM-0227", count)
        numbers = self._identify(cases)
        officer, leader = self.visitor("bao"), self.visitor("ngoc")
        for number in numbers:
            self._record(number, officer, leader)
            if hasattr(Violation.objects.get(number=number), "explanation"):
                journey.act(
                    officer, number, "waive_explanation", proof="Đơn không giải trình (mẫu)"
                )
            self._propose_and_sign(number, "propose_decision", officer, leader)
            journey.act(
                officer,
                number,
                "serve_decision",
                way="handed_over",
                received_on=journey.today(),
                proof="Chữ ký nhận (mẫu)",
            )
        for case in cases:
            decision = self._rendered(case["number"], "MQD02")
            case["code"] = journey.code_on(officer.open(f"/can-bo/giay/{decision.pk}/").body)
            case["decision"] = decision.number_text
            case["stamp"] = to_base32(bytes(decision.stamp))
            case["decided_on"] = f"{decision.issued_on:%d/%m/%Y}"
        return cases

    def recorded(self) -> dict[str, str]:
        """Bring one case to its record, while its person may still explain."""
        case: dict[str, str] = self.deliver("CAM-0227")[0]
        (number,) = self._identify([case])
        officer = self.visitor("bao")
        self._record(number, officer, self.visitor("ngoc"))
        notice = self._rendered(number, "TB0173")
        return case | {"code": journey.code_on(officer.open(f"/can-bo/giay/{notice.pk}/").body)}

    def prove(self, number: str) -> int:
        """Let the browsers that hold the code of a case hold a proof of the person; how many."""
        proven, case = 0, str(Violation.objects.get(number=number).pk)
        offender = Party.objects.get(case_id=case, role=Party.Role.OFFENDER)
        person = person_digest(offender.identity_number).hex()
        for row in Session.objects.all():
            store = SessionStore(row.session_key)
            if store.get("grant", {}).get("case") == case:
                store["grant"] = {**store["grant"], "level": "person", "person": person}
                store.save()
                proven += 1
        return proven

    def furnished(self) -> list[tuple[str, str, str]]:
        """Lay a batch on a leader's desk; returns every staff page: name, who opens it, where."""
        told = stories.told(self)
        numbers = self.identified(2)
        officer, leader = self.visitor("bao"), self.visitor("ngoc")
        for number in numbers:
            journey.act(officer, number, "propose_notice")
        drafts = Draft.objects.filter(case__number__in=numbers, state="proposed")
        desk = leader.open("/can-bo/ky/")
        chosen = [str(pk) for pk in drafts.values_list("pk", flat=True)]
        leader.press(desk, desk.form("/ky/lo/"), drafts=chosen)
        batch = SigningBatch.objects.order_by("-pk")[0]
        pages = furnishing.own_pages(numbers, batch, told) + furnishing.admin_pages()
        return [*pages, ("board_cases", "vinh", stories.list_of_the_board())]

    def identified(self, count: int, kind: str = "car") -> list[str]:
        """Bring cases of Ho Chi Minh City to where their owner is known; returns the numbers."""
        return self._identify(self.deliver("CAM-0227", count, kind=kind))

    def signed_notice(self, number: str) -> Notice:
        """Propose and sign the notice of a case whose owner is known, and wait for its paper."""
        self._propose_and_sign(number, "propose_notice", self.visitor("bao"), self.visitor("ngoc"))
        return self._rendered(number, "TB0173")

    def notified(self, count: int) -> list[dict[str, str]]:
        """Bring cases to where their notice is out; returns number, plate and the notice's code."""
        return [
            {
                "number": number,
                "plate": Violation.objects.get(number=number).plate_display,
                "code": lookup_code(self.signed_notice(number).pk),
            }
            for number in self.identified(count)
        ]

    def code_of_named(self, number: str) -> str:
        """Return the code of the person named in a case who has not answered."""
        waiting = Nomination.objects.get(case__number=number, state=Nomination.State.OPEN)
        return code_of(waiting.pk)

    def open_times(self) -> int:
        """Open times of Ho Chi Minh City to receive people, from tomorrow on."""
        now = datetime.now(UTC)
        officer = User.objects.get(username="bao")
        times = appointments.Times(
            from_on=day_in_viet_nam(now) + timedelta(days=1),
            until_on=day_in_viet_nam(now) + timedelta(days=40),
            hours=(time(8), time(9), time(14)),
            minutes=30,
            capacity=2,
        )
        return appointments.open_times(officer.officer.unit, times, by=actor_for(officer), at=now)

    def carry(self, number: str) -> str:
        """Let an officer set out with the decision of a case; returns the delivery."""
        case = Violation.objects.get(number=number)
        officer = User.objects.get(username="bao")
        begun = begin_delivery(
            case.pk, case.decision.notice, "hand", by=actor_for(officer), at=datetime.now(UTC)
        )
        return str(begun.pk)

    def letters(self, run: str) -> list[tuple[str, str]]:
        """Return the code of each good letter of a run, and a label of the unit's range for it."""
        items = PrintRunItem.objects.filter(run=run, voided_at__isnull=True).order_by("position")
        unit = items[0].run.unit_code
        used = PrintRunItem.objects.exclude(run=run).exclude(tracking_number="").count()
        begin = POSTAL_BEGINS[unit] + 1000 + used
        return [
            (item.letter_code, journey.tracking_number(begin + place))
            for place, item in enumerate(items)
        ]

    def wait_for_status(self, number: str, status: str) -> None:
        """Wait until a case stands somewhere."""
        journey.wait_for(
            f"{number} to stand at {status}",
            lambda: Violation.objects.filter(number=number, status=status).exists(),
            seconds=40,
        )

    def one_time_code(self, contact: str) -> str:
        """Return the newest code that was sent to a contact, as its owner reads it."""
        asked = AccountCode.objects.filter(contact=contact).latest("pk")
        rows = AccountCode.objects.filter(pk=asked.pk, sent_at__isnull=False)
        journey.wait_for("the worker to send a one-time code", rows.exists)
        return account_codes.code_of(asked.pk)

    def owner_of(self, number: str) -> str:
        """Return the identity number of the owner of a case's vehicle."""
        return str(Party.objects.get(case__number=number, role="owner").identity_number)

    def wait_for_paper(self, number: str, kind: str) -> str:
        """Wait until the worker has made a paper; returns its id."""
        return str(self._rendered(number, kind).pk)

    def trips(self, number: str) -> dict[str, int]:
        """Return how many trips to the bank and how many payments a case has."""
        return {
            "attempts": PaymentAttempt.objects.filter(decision__case__number=number).count(),
            "payments": Payment.objects.filter(decision__case__number=number).count(),
        }

    def forget_limits(self) -> None:
        """Let every network begin anew: one machine plays more people than live in a house."""
        cache.clear()

    def case_of(self, detection: str) -> str:
        """Wait for the case of a detection; returns its number."""
        return journey.wait_for(
            "the case",
            lambda: (
                Violation.objects.filter(detection_id=detection)
                .values_list("number", flat=True)
                .first()
            ),
        )

    def reviews(self, number: str) -> list[str]:
        """Return the verdicts on a case, oldest first, as choice, reason and state."""
        case = Violation.objects.get(number=number)
        return [
            f"{review.choice} {review.rejection_reason} {review.state}".replace("  ", " ")
            for review in case.reviews.order_by("decided_at")
        ]

    def let_minutes_pass(self, username: str, minutes: int) -> int:
        """Make a person's sign-ins older, as if they had worked on for a while; returns how many.

        Only what the session says of the moment of proof is moved.
        """
        moved = 0
        for row in Session.objects.all():
            store = SessionStore(row.session_key)
            proofs = store.get("account_authentication_methods", [])
            if not any(proof.get("username") == username for proof in proofs):
                continue
            for proof in proofs:
                proof["at"] -= 60 * minutes
            store["account_authentication_methods"] = proofs
            store.save()
            moved += 1
        return moved

    def visitor(self, username: str) -> Visitor:
        """Return a person at a browser of their own, signed in."""
        with self._lock:
            if username not in self._visitors:
                visitor = Visitor(self.running.origin)
                visitor.sign_in(self.running.sign_in(username))
                self._visitors[username] = visitor
            return self._visitors[username]

    def _push(
        self, device: SimulatedDevice, pictures: int | None, kind: str = "car"
    ) -> tuple[SimulatedVehicle, datetime]:
        with self._lock:
            vehicle = next(self._vehicles[kind] if kind else self._strangers)
        now = datetime.now(UTC)
        seed = secrets.randbelow(1_000_000)
        capture = capture_speeding if device.scene == "speed_over" else capture_red_light
        seen = capture(device, vehicle, now - DELAY, seed)
        if pictures is not None:
            seen = replace(seen, frames=seen.frames[:pictures])
        request = write_push(device, seen, self.running.origin + device.path, now)
        answer = httpx.post(
            self.running.origin + device.path,
            content=request.body,
            headers=request.headers,
            timeout=30.0,
        )
        answer.raise_for_status()
        return vehicle, seen.at

    def _arrived(self, vehicle: SimulatedVehicle, at: datetime, *, held: bool) -> dict[str, str]:
        def found() -> Detection | None:
            return Detection.objects.filter(
                plate_normalised=vehicle.plate, occurred_at__gte=at.replace(microsecond=0)
            ).first()

        detection = journey.wait_for("the delivery to be read", found)
        if held:
            return {"detection": str(detection.pk), "plate": vehicle.plate}
        return {"number": self.case_of(str(detection.pk)), "plate": vehicle.plate}

    def _record(self, number: str, officer: Visitor, leader: Visitor) -> None:
        """Bring a case whose owner is known to its record."""
        self._propose_and_sign(number, "propose_notice", officer, leader)
        journey.act(
            officer, number, "name_offender", who="owner", proof="Lời khai tại đơn vị (mẫu)"
        )
        self._propose_and_sign(number, "propose_record", officer, leader)

    def _identify(self, cases: list[Any]) -> list[str]:
        numbers = [case["number"] for case in cases]
        journey.review(self.visitor("bao"), set(numbers))
        for number in numbers:
            self.wait_for_status(number, "owner_identified")
        return numbers

    def _propose_and_sign(self, number: str, step: str, officer: Visitor, leader: Visitor) -> None:
        journey.act(officer, number, step)
        draft = Draft.objects.get(case__number=number, state="proposed")
        journey.sign(leader, draft.pk)

    def _rendered(self, number: str, kind: str) -> Notice:
        return journey.wait_for(
            f"the PDF of {kind}",
            lambda: Notice.objects.filter(
                subject=number, kind=kind, rendering=Notice.Rendering.RENDERED
            ).first(),
        )
