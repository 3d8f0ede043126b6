"""The vehicle register: its client against the sandbox register as a real process."""

import ast
import json
import logging
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from cameras.plates import read_plate
from violations.registry import (
    RegisterClient,
    RegisteredVehicle,
    RegisterError,
    RegisterRefused,
    RegisterUnavailable,
)

pytestmark = pytest.mark.gate

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "violations" / "schedules" / "register_sandbox.json"
ENTRIES = json.loads(SEEDS.read_text("utf-8"))["vehicles"]
TOKEN, ADMIN_TOKEN = "test-token", "test-admin-token"
DEMO = [
    ("30F25658", "white", "car"),
    ("29B112345", "white", "motorcycle"),
    ("51F67890", "yellow", "car"),
    ("51K20864", "white", "car"),
    ("59X312345", "white", "motorcycle"),
    ("60A00017", "white", "car"),
    ("62A00029", "white", "car"),
    ("51H00043", "white", "car"),
    ("59V100071", "white", "motorcycle"),
    ("29X500083", "white", "motorcycle"),
    ("88A00091", "white", "car"),
    ("66P100097", "white", "motorcycle"),
]


class Register:
    """The register's process and a client for it."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "violations.registry_sandbox", "--port", "0", "--data", data],
            cwd=ROOT,
            env={
                "REGISTER_TOKEN": TOKEN,
                "REGISTER_ADMIN_TOKEN": ADMIN_TOKEN,
                "PATH": os.environ["PATH"],
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line
        self.address = line.split()[1]
        self.url = f"{self.address}/register/v1/vehicles"
        self.http = httpx.Client(timeout=10)
        self.client = RegisterClient(self.address, TOKEN, self.http)

    def add(self, entry: object, token: str = ADMIN_TOKEN) -> httpx.Response:
        return self.http.post(self.url, json=entry, headers={"Authorization": f"Bearer {token}"})

    def ask(self, query: str, authorization: str = f"Bearer {TOKEN}") -> httpx.Response:
        return self.http.get(f"{self.url}?{query}", headers={"Authorization": authorization})

    def stop(self) -> int:
        self.http.close()
        self.process.terminate()
        code = self.process.wait(10)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    process = Register(tmp_path_factory.mktemp("register") / "register.json")
    yield process
    assert process.stop() == 0


def entry_for(plate: str, **vehicle: str) -> dict[str, dict[str, object]]:
    return {
        "vehicle": {
            "plate": plate,
            "plate_display": read_plate(plate).display,
            "plate_colour": "white",
            "vehicle_class": "car",
            "make": "VinFast",
            "model": "VF 8",
            "vehicle_colour": "blue",
            "registered_on": "2024-02-29",
            **vehicle,
        },
        "owner": {
            "kind": "individual",
            "name": "Nguyễn Thị Thử Nghiệm",
            "gender": "female",
            "date_of_birth": "1990-01-31",
            "citizen_number": "000000000999",
            "address": {"line": "Số 1", "commune": "Xã Thử (mẫu)", "province": "Hà Nội"},
            "phone": "0000000999",
        },
    }


def test_an_individual_owner_is_read_with_every_field(register):
    vehicle = register.client.find("30F25658", "white", "car")
    assert (vehicle.plate, vehicle.plate_display) == ("30F25658", "30F-256.58")
    assert (vehicle.make, vehicle.model, vehicle.vehicle_colour) == ("Toyota", "Vios", "white")
    assert vehicle.registered_on == date(2019, 5, 14)
    owner = vehicle.owner
    assert (owner.kind, owner.name, owner.gender) == ("individual", "Nguyễn Thị Ngọc Ánh", "female")
    assert owner.date_of_birth == date(1988, 3, 21)
    assert len(owner.identity_number) == 12
    assert owner.address == "Số 12, ngõ Hoa Sữa, Phường Cầu Vồng (mẫu), Hà Nội"
    assert owner.phone.startswith("0000")
    assert owner.representative == ""


def test_an_organisation_has_a_number_and_a_representative_and_no_birth_date(register):
    owner = register.client.find("51K20864", "white", "car").owner
    assert owner.kind == "organisation"
    assert "(mẫu)" in owner.name
    assert (owner.gender, owner.date_of_birth) == ("", None)
    assert len(owner.identity_number) == 10
    assert owner.representative


@pytest.mark.parametrize(("plate", "colour", "vehicle_class"), DEMO)
def test_the_vehicles_of_the_demo_are_registered(register, plate, colour, vehicle_class):
    vehicle = register.client.find(plate, colour, vehicle_class)
    assert isinstance(vehicle, RegisteredVehicle)
    assert (vehicle.plate_colour, vehicle.vehicle_class) == (colour, vehicle_class)


def test_the_same_characters_are_two_vehicles_by_colour_and_by_class(register):
    find = register.client.find
    assert find("30H00112", "white", "car").owner.kind == "individual"
    assert find("30H00112", "yellow", "car").owner.kind == "organisation"
    car, motorcycle = find("29H12345", "white", "car"), find("29H12345", "white", "motorcycle")
    assert (car.plate_display, motorcycle.plate_display) == ("29H-123.45", "29-H1 2345")
    assert car.owner != motorcycle.owner


def test_a_lorry_that_a_camera_took_for_a_car_comes_back_as_what_it_is(register):
    assert register.client.find("81C00678", "white", "car").vehicle_class == "truck"
    assert register.client.find("81C00678", "white", "motorcycle") is None


def test_an_unknown_vehicle_is_none(register):
    assert register.client.find("30F99999", "white", "car") is None
    assert register.client.find("30F25658", "blue", "car") is None


def test_letters_outside_ascii_survive_the_wire(register):
    assert register.client.find("66MĐ101345", "white", "e_bike").plate_display == "66-MĐ1 013.45"


def test_a_register_under_maintenance_is_unavailable(register):
    with pytest.raises(RegisterUnavailable, match="503"):
        register.client.find("30F00503", "white", "car")


def test_a_wrong_token_or_an_unknown_colour_is_refused_for_good(register):
    stranger = RegisterClient(register.address, "wrong", register.http)
    with pytest.raises(RegisterRefused, match="401"):
        stranger.find("30F25658", "white", "car")
    with pytest.raises(RegisterRefused, match="400"):
        register.client.find("30F25658", "unknown", "car")
    with pytest.raises(RegisterRefused, match="400"):
        register.client.find("30F25658", "white", "bicycle")


@pytest.mark.parametrize(
    ("query", "authorization", "status"),
    [
        ("plate=30F25658&colour=white&class=car", f"Bearer {TOKEN}", 200),
        ("plate=30F25658&colour=white&class=car", f"Bearer {ADMIN_TOKEN}", 200),
        ("plate=30F25658&colour=white&class=car", "", 401),
        ("plate=30F25658&colour=white&class=car", TOKEN, 401),
        ("plate=30F25658&colour=white&class=car", "Bearer wrong", 401),
        ("plate=30F25658&colour=white", f"Bearer {TOKEN}", 400),
        ("plate=30F25658&plate=1&colour=white&class=car", f"Bearer {TOKEN}", 400),
    ],
)
def test_the_register_answers_only_complete_and_authorised_questions(
    register, query, authorization, status
):
    assert register.ask(query, authorization).status_code == status


def test_a_vehicle_can_be_added_found_and_replaced(register):
    assert register.add(entry_for("30K77701")).status_code == 201
    assert register.client.find("30K77701", "white", "car").model == "VF 8"
    assert register.add(entry_for("30K77701", model="VF 9")).status_code == 200
    assert register.client.find("30K77701", "white", "car").model == "VF 9"


def test_only_the_administrator_adds_vehicles(register):
    assert register.add(entry_for("30K77702"), token=TOKEN).status_code == 401
    assert register.client.find("30K77702", "white", "car") is None


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("owner", "citizen_number", "001090000999"),
        ("owner", "citizen_number", "000"),
        ("owner", "phone", "0912345678"),
        ("owner", "kind", "ghost"),
        ("owner", "date_of_birth", "31/01/1990"),
        ("owner", "address", {"line": "Số 1", "commune": "Xã Thật", "province": "Hà Nội"}),
        ("owner", "address", None),
        ("vehicle", "plate", "30K-777.03"),
        ("vehicle", "plate_colour", "pink"),
        ("vehicle", "vehicle_class", "spaceship"),
        ("vehicle", "registered_on", "2023-02-29"),
    ],
)
def test_what_looks_real_or_is_malformed_is_not_registered(register, part, name, value):
    entry = entry_for("30K77703")
    entry[part][name] = value
    answer = register.add(entry)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_entry"
    assert register.client.find("30K77703", "white", "car") is None


@pytest.mark.parametrize("body", [None, [], "text", {}, {"vehicle": 1}])
def test_rubbish_is_not_registered(register, body):
    assert register.add(body).status_code == 400


def test_added_vehicles_survive_a_killed_register(tmp_path):
    data = tmp_path / "register.json"
    first = Register(data)
    first.add(entry_for("30K77704"))
    first.process.kill()
    first.stop()
    second = Register(data)
    try:
        assert second.client.find("30K77704", "white", "car").model == "VF 8"
        assert second.client.find("30F25658", "white", "car").model == "Vios"
    finally:
        second.stop()


def client_of(answer: httpx.Response | Exception) -> RegisterClient:
    def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.Client(transport=httpx.MockTransport(respond))
    return RegisterClient("https://register.example", TOKEN, http)


SEED = {name: ENTRIES[0][name] for name in ("vehicle", "owner")}
NAMELESS = {"vehicle": SEED["vehicle"], "owner": {"kind": "individual"}}
UNUSABLE = {
    "an unreachable server": httpx.ConnectError("x"),
    "no answer in time": httpx.ReadTimeout("x"),
    "a proxy's error": httpx.Response(502),
    "a proxy's own not found": httpx.Response(404, text="<html>nginx</html>"),
    "another service's not found": httpx.Response(404, json={"detail": "Not Found"}),
    "a redirect": httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
    "no JSON": httpx.Response(200, text="<html>"),
    "a list": httpx.Response(200, json=[]),
    "an owner without a name": httpx.Response(200, json=NAMELESS),
    "another vehicle": httpx.Response(
        200, json=SEED | {"vehicle": SEED["vehicle"] | {"plate": "30F00001"}}
    ),
    "too many requests": httpx.Response(429),
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_answer_never_means_that_the_vehicle_does_not_exist(answer):
    with pytest.raises(RegisterUnavailable):
        client_of(answer).find("30F25658", "white", "car")


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE)
def test_no_error_carries_the_plate_or_a_name_not_even_through_its_cause(answer):
    with pytest.raises(RegisterError) as caught:
        client_of(answer).find("30F25658", "white", "car")
    error: BaseException | None = caught.value
    assert error.__suppress_context__ or error.__context__ is None
    assert "30F" not in str(error)
    assert "Ánh" not in str(error)


def test_a_question_leaves_no_plate_in_the_log(register, caplog):
    with caplog.at_level(logging.INFO):
        register.client.find("30F25658", "white", "car")
    assert "30F25658" not in caplog.text


def test_the_register_runs_without_django_and_knows_nothing_of_the_portal():
    tree = ast.parse((ROOT / "violations" / "registry_sandbox.py").read_text("utf-8"))
    modules = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in modules if name.split(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["vehicle"]["plate_display"])
def test_a_shipped_vehicle_has_a_sound_plate_and_looks_invented(entry):
    vehicle, owner = entry["vehicle"], entry["owner"]
    reading = read_plate(
        vehicle["plate"],
        vehicle_class=vehicle["vehicle_class"],
        plate_colour=vehicle["plate_colour"],
    )
    assert (reading.normalised, reading.display) == (vehicle["plate"], vehicle["plate_display"])
    assert reading.confidence == "sure"
    assert "(mẫu)" in owner["address"]["commune"]
    assert owner["phone"].startswith("0000")
    number = owner.get("citizen_number") or owner["organisation_number"]
    assert number.startswith("000")


def test_the_shipped_vehicles_cover_the_cases_and_are_unique():
    identities = {
        (
            entry["vehicle"]["plate"],
            entry["vehicle"]["plate_colour"],
            entry["vehicle"]["vehicle_class"],
        )
        for entry in ENTRIES
    }
    assert len(identities) == len(ENTRIES) >= 30
    assert {colour for _, colour, _ in identities} == {"white", "yellow", "blue"}
    assert {entry["owner"]["kind"] for entry in ENTRIES} == {"individual", "organisation"}
    people = [
        owner.get("citizen_number") or owner["organisation_number"]
        for owner in (entry["owner"] for entry in ENTRIES)
    ]
    assert len(set(people)) == len(people)
    text = SEEDS.read_text("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    tones = {mark for mark in unicodedata.normalize("NFD", text) if unicodedata.combining(mark)}
    assert tones >= set("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
