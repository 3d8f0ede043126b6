"""The whole journey, played by itself: camera, review, notice, post, record, decision, payment.

Every act goes through the pages and ports people and machines use, with the real worker behind
them; this process reads the database only to know when something has happened.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from django.utils.translation import gettext

from cameras.models import Detection
from cameras.simulated_push import Capture, hikvision_push, photograph
from cameras.simulator import DELAY, SimulatedVehicle, capture_red_light
from config.demo import journey, second_eyes
from config.demo.cameras import walkthrough_camera
from config.demo.running import Portal
from config.demo.visitor import NotAsExpected, Visitor
from notices.models import Notice
from violations.models import Draft, Violation

# Vehicles of the sandbox register; a photograph shows another plate, and is pushed under these.
SYNTHETIC = SimulatedVehicle("30F25658", "white", "car", "white", "Toyota")
UNDER_PHOTOGRAPHS = (
    SimulatedVehicle("60A00017", "white", "car", "", ""),
    SimulatedVehicle("62A00029", "white", "car", "", ""),
    SimulatedVehicle("51H00043", "white", "car", "", ""),
    SimulatedVehicle("88A00091", "white", "car", "", ""),
    SimulatedVehicle("11A00890", "white", "car", "", ""),
    SimulatedVehicle("75A01012", "white", "car", "", ""),
    SimulatedVehicle("38A01123", "white", "car", "", ""),
    SimulatedVehicle("72A01678", "white", "car", "", ""),
)


class Failed(Exception):
    """The walkthrough stopped: at which step, and why."""

    def __init__(self, step: str, why: str) -> None:
        self.step, self.why = step, why
        super().__init__(f"{step}: {why}")


@dataclass
class Road:
    """One case on its way."""

    name: str
    vehicle: SimulatedVehicle
    capture: Capture
    number: str = ""
    detection_id: str = ""
    is_photograph: bool = False
    code: str = ""


@dataclass
class Walk:
    """What the walkthrough carries along."""

    running: Portal
    folder: Path
    say: Callable[[str], object]
    should_stop: Callable[[], bool]
    began: float = field(default_factory=time.monotonic)
    steps: int = 0
    artifacts: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Take one step: number it, say it when it is done, name it when it fails."""
        if self.should_stop():
            raise Failed(title, "stopped by hand")
        began = time.monotonic()
        try:
            yield
        except Failed:
            raise
        except Exception as fault:
            raise Failed(title, f"{type(fault).__name__}: {fault}") from fault
        self.steps += 1
        passed = time.monotonic() - self.began
        self.say(f"[{self.steps:3d}] {passed:6.1f} s  {title} ({time.monotonic() - began:.1f} s)")

    def keep(self, name: str, data: bytes) -> None:
        """Keep a file of the journey."""
        self.artifacts.append(journey.keep(self.folder, name, data))


def walk(
    running: Portal,
    photos: list[Path],
    folder: Path,
    say: Callable[[str], object],
    should_stop: Callable[[], bool],
) -> tuple[int, list[str]]:
    """Play the journey for one drawn violation and one for each photograph.

    Returns the number of steps and the files written. Raises Failed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    going = Walk(running, folder, say, should_stop)
    roads = _roads(photos)
    with ExitStack() as sessions:

        def visitor() -> Visitor:
            made = Visitor(running.origin)
            sessions.callback(made.close)
            return made

        _deliver(going, roads)
        _release(going, roads, visitor())
        officer, leader = visitor(), visitor()
        _review(going, roads, officer, visitor())
        _look_again(going, roads, visitor(), visitor())
        _notify(going, roads, officer, leader)
        _post(going, roads, visitor())
        for road in roads:
            _answer(going, road, officer, leader, visitor())
    return going.steps, going.artifacts


def _roads(photos: list[Path]) -> list[Road]:
    """Prepare what the camera saw: one drawing, and each photograph as the one picture of a hit."""
    now = datetime.now(UTC)
    camera = walkthrough_camera()
    seed = secrets.randbelow(1_000_000)
    roads = [
        Road("mau", SYNTHETIC, capture_red_light(camera, SYNTHETIC, now - DELAY, seed)),
    ]
    if len(photos) > len(UNDER_PHOTOGRAPHS):
        most = len(UNDER_PHOTOGRAPHS)
        raise Failed("photo", f"At most {most} photographs have a plate to go by.")
    for number, photo in enumerate(photos):
        vehicle = UNDER_PHOTOGRAPHS[number]
        at = now - DELAY * (number + 2)
        capture = Capture(
            device_serial=camera.serial,
            violation_type="red_light",
            at=at,
            frames=(photograph(photo.read_bytes(), at),),
            plate=vehicle.plate,
            vehicle_colour=vehicle.vehicle_colour,
            red_since_ms=2400,
        )
        roads.append(Road(f"anh-{number + 1}", vehicle, capture, is_photograph=True))
    return roads


def _deliver(going: Walk, roads: list[Road]) -> None:
    camera = walkthrough_camera()
    for road in roads:
        with going.step(f"Camera gửi / the camera pushes: {road.name}"):
            push = hikvision_push(road.capture)
            answer = httpx.post(
                going.running.origin + camera.path,
                content=push.body,
                headers=push.headers,
                timeout=30.0,
            )
            if answer.status_code != 200 or answer.content:
                raise NotAsExpected(f"the camera was answered {answer.status_code}")
            occurred = road.capture.at

            def detected(road: Road = road, occurred: datetime = occurred) -> Detection | None:
                return Detection.objects.filter(
                    plate_normalised=road.vehicle.plate,
                    occurred_at__gte=occurred.replace(microsecond=0),
                ).first()

            found = journey.wait_for("the delivery to be read", detected)
            road.detection_id = str(found.pk)
            if road.is_photograph and found.state != Detection.State.HELD:
                raise NotAsExpected("a single photograph must be held below the evidence floor")


def _release(going: Walk, roads: list[Road], technician: Visitor) -> None:
    held = [road for road in roads if road.is_photograph]
    if not held:
        return
    with going.step("Kỹ thuật đăng nhập / the technician signs in (TOTP)"):
        technician.sign_in(going.running.sign_in("phuc"))
    for road in held:
        with going.step(f"Thả bản ghi bị giữ, nêu căn cứ / released on a ground: {road.name}"):
            page = technician.open(f"/quan-tri/cameras/detection/{road.detection_id}/change/")
            technician.press(
                page,
                page.form("/decide/"),
                decision="release",
                release_ground="pictures_suffice",
                note="ảnh thật gửi thử dưới biển số giả định",
            )


def _review(going: Walk, roads: list[Road], officer: Visitor, stranger: Visitor) -> None:
    with going.step("Cán bộ đăng nhập / the officer signs in (TOTP)"):
        officer.sign_in(going.running.sign_in("bao"))
    for road in roads:
        with going.step(f"Mở hồ sơ / a case is opened: {road.name}"):
            road.number = journey.wait_for(
                "the case",
                lambda road=road: (
                    Violation.objects.filter(detection_id=road.detection_id)
                    .values_list("number", flat=True)
                    .first()
                ),
            )
    with going.step("Chưa có thông báo thì tra cứu không thấy / nothing public before the notice"):
        page = journey.look_up_by_plate(stranger, roads[0].vehicle, "car")
        if roads[0].number in page.text:
            raise NotAsExpected("a case was public before its notice")
    with going.step("Duyệt / the officer verifies"):
        journey.review(officer, {road.number for road in roads})
    for road in roads:
        with going.step(f"Hết 10 giây hoàn tác, tra chủ xe / final, owner found: {road.name}"):
            _wait_for_status(road, "owner_identified")


def _look_again(going: Walk, roads: list[Road], second: Visitor, third: Visitor) -> None:
    numbers = [road.number for road in roads]
    if second_eyes.awaited(numbers):
        with going.step("Cán bộ thứ hai đăng nhập / a second officer signs in (TOTP)"):
            second.sign_in(going.running.sign_in("nhung"))
        with going.step("Xem lại, không biết kết quả lần một / looked at again, blind"):
            second_eyes.look(second, numbers)
    for look in second_eyes.disputed(numbers):
        with going.step(f"Người thứ ba phân xử / a third person settles: {look.case.number}"):
            if third.person is None:
                third.sign_in(going.running.sign_in("vinh"))
            second_eyes.settle(third, look)


def _notify(going: Walk, roads: list[Road], officer: Visitor, leader: Visitor) -> None:
    with going.step("Lãnh đạo đăng nhập / the leader signs in (TOTP)"):
        leader.sign_in(going.running.sign_in("ngoc"))
    for road in roads:
        with going.step(f"Trình và ký thông báo 01/73 / notice proposed and signed: {road.name}"):
            _propose_and_sign(road, "propose_notice", "TB0173", officer, leader)
        with going.step(f"Tạo PDF thông báo / the worker renders the notice: {road.name}"):
            pdf = _paper(going, road, "TB0173", officer)
            road.code = journey.code_on(pdf)


def _post(going: Walk, roads: list[Road], clerk: Visitor) -> None:
    from config.demo.post_room import print_and_post

    with going.step("Văn thư đăng nhập / the clerk signs in (TOTP)"):
        clerk.sign_in(going.running.sign_in("long"))
    with going.step("In, đối chiếu, giao bưu điện / printed, balanced, handed to the post"):
        for name, data in print_and_post(clerk, [_notice(road, "TB0173") for road in roads]):
            going.keep(name, data)


def _answer(going: Walk, road: Road, officer: Visitor, leader: Visitor, citizen: Visitor) -> None:
    with going.step(f"Người dân tra theo biển số / looked up by plate: {road.name}"):
        page = journey.look_up_by_plate(citizen, road.vehicle, "car")
        page.must_say(gettext("Not yet sanctioned"))
    with going.step(f"Đã công khai tại CSGT / published at the national look-up: {road.name}"):
        journey.published_as(going.running.agencies_url, road.number, "Chưa xử phạt")
    with going.step(f"Người dân mở bằng mã trên giấy / opened by the code: {road.name}"):
        page = journey.look_up_by_code(citizen, road.vehicle, road.code)
        if "₫" in page.text:
            raise NotAsExpected("a notice must show no amount")
        picture = citizen.open(journey.absolute(page, "/vu-viec/anh/1/"))
        going.keep(f"{road.name}-anh-cong-dan.jpg", picture.body)
    with going.step(f"Ghi người lái, lập biên bản MBB01 / driver named, record made: {road.name}"):
        journey.act(
            officer, road.number, "name_offender", who="owner", proof="Lời khai tại đơn vị (mẫu)"
        )
        _propose_and_sign(road, "propose_record", "MBB01", officer, leader)
        _paper(going, road, "MBB01", officer)
    with going.step(f"Quyết định MQĐ02 / the decision: {road.name}"):
        if hasattr(_case(road), "explanation"):
            journey.act(
                officer, road.number, "waive_explanation", proof="Đơn không giải trình (mẫu)"
            )
        _propose_and_sign(road, "propose_decision", "MQD02", officer, leader)
        road.code = journey.code_on(_paper(going, road, "MQD02", officer))
    with going.step(f"Giao quyết định / the decision is handed over: {road.name}"):
        journey.act(
            officer,
            road.number,
            "serve_decision",
            way="handed_over",
            received_on=journey.today(),
            proof="Chữ ký nhận (mẫu)",
        )
        _wait_for_status(road, "served")
    with going.step(f"Nộp phạt qua cổng VNPAY (thử) / paid through the gateway: {road.name}"):
        journey.look_up_by_code(citizen, road.vehicle, road.code).must_say("₫")
        journey.pay(citizen)
        _wait_for_status(road, "closed")
    with going.step(f"Hồ sơ tự đóng, giấy xác nhận / closed, confirmation: {road.name}"):
        journey.wait_for("the result page", lambda: _says_paid(citizen))
        journey.wait_for("the confirmation", lambda: _rendered(road, "XNNT"))
        confirmation = citizen.open("/nop-phat/xac-nhan.pdf")
        if not confirmation.body.startswith(b"%PDF"):
            raise NotAsExpected("the confirmation is no PDF")
        going.keep(f"{road.name}-xac-nhan.pdf", confirmation.body)
    with going.step(f"Các cơ quan đã biết đã giải quyết / resolved everywhere: {road.name}"):
        journey.published_as(going.running.agencies_url, road.number, "Đã giải quyết")
        journey.free_of_warnings(going.running.agencies_url, road.number)
    with going.step(f"Đối tác nhận sự kiện, có chữ ký / a partner is told, signed: {road.name}"):
        journey.told_once(going.running.partner_url, road.number, "case.notified", "case.closed")
    with going.step(f"Bộ chứng cứ / the evidence pack: {road.name}"):
        pack = officer.open(f"/can-bo/ho-so/{road.number}/chung-cu.zip")
        if not pack.body.startswith(b"PK"):
            raise NotAsExpected("the evidence pack is no ZIP")
        going.keep(f"{road.name}-chung-cu.zip", pack.body)


def _propose_and_sign(road: Road, step: str, kind: str, officer: Visitor, leader: Visitor) -> None:
    journey.act(officer, road.number, step)
    draft = Draft.objects.filter(case__number=road.number, kind=kind, state="proposed").first()
    if draft is None:
        raise NotAsExpected(f"no draft of {kind} waits for a signature")
    page = journey.sign(leader, draft.pk)
    if not Draft.objects.filter(pk=draft.pk, state="signed").exists():
        raise NotAsExpected(f"{kind} was not signed: {page.url} {page.text[:600]}")


def _paper(going: Walk, road: Road, kind: str, officer: Visitor) -> bytes:
    notice = journey.wait_for(f"the PDF of {kind}", lambda: _rendered(road, kind))
    page = officer.open(f"/can-bo/giay/{notice.pk}/")
    if not page.body.startswith(b"%PDF"):
        raise NotAsExpected(f"{kind} is no PDF")
    going.keep(f"{road.name}-{kind}.pdf", page.body)
    return page.body


def _says_paid(citizen: Visitor) -> bool:
    return gettext("The fine is paid in full") in citizen.open("/nop-phat/ket-qua/").text


def _case(road: Road) -> Violation:
    return Violation.objects.get(number=road.number)


def _notice(road: Road, kind: str) -> Notice:
    return Notice.objects.get(subject=road.number, kind=kind)


def _rendered(road: Road, kind: str) -> Notice | None:
    notice = Notice.objects.filter(subject=road.number, kind=kind).first()
    if notice is not None and notice.rendering == Notice.Rendering.FAILED:
        raise NotAsExpected(f"{kind}: {notice.render_fault}")
    return notice if notice is not None and notice.rendering == "rendered" else None


def _wait_for_status(road: Road, status: str) -> None:
    journey.wait_for(
        f"{road.number} to stand at {status}", lambda: _case(road).status == status or None
    )
