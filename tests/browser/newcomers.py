"""Vehicles for the cases of a browser test: those of the register, then newly registered ones."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import httpx
from django.conf import settings

from cameras.simulator import SimulatedVehicle
from config.management.commands.simulate import registered_vehicles
from violations.registry_sandbox import PATH


def plates_of_people() -> set[str]:
    """Return the plates whose owner is one person, and which the register always answers for.

    An organisation drives nothing. NĐ 168/2024 Đ47 k8b
    """
    path = settings.BASE_DIR / "violations" / "schedules" / "register_sandbox.json"
    owners: dict[str, set[str]] = {}
    for row in json.loads(path.read_text())["vehicles"]:
        if "scenario" in row:
            continue
        owners.setdefault(row["vehicle"]["plate"], set()).add(row["owner"]["kind"])
    return {plate for plate, kinds in owners.items() if kinds == {"individual"}}


def vehicles_of_people(kind: str, register_url: str) -> Iterator[SimulatedVehicle]:
    """Yield vehicles of a kind that people own: the known ones, of which there are few, then more."""
    plates = plates_of_people()
    for vehicle in registered_vehicles():
        if vehicle.vehicle_class == kind and vehicle.plate in plates:
            yield vehicle
    for number in itertools.count(1):
        yield _registered(kind, number, register_url)


def _registered(kind: str, number: int, register_url: str) -> SimulatedVehicle:
    """Register one more fictitious vehicle, as the register's administrator."""
    is_car = kind == "car"
    plate = f"51K{10_000 + number}" if is_car else f"59X3{10_000 + number}"
    shown = f"51K-{plate[3:6]}.{plate[6:]}" if is_car else f"59-X3 {plate[4:7]}.{plate[7:]}"
    make, model = ("Toyota", "Vios") if is_car else ("Honda", "Vision")
    answer = httpx.post(
        register_url + PATH,
        headers={"Authorization": f"Bearer {settings.KEYS['REGISTER_ADMIN_TOKEN']}"},
        json={
            "vehicle": {
                "plate": plate,
                "plate_display": shown,
                "plate_colour": "white",
                "vehicle_class": kind,
                "make": make,
                "model": model,
                "vehicle_colour": "white",
                "registered_on": "2021-03-02",
            },
            "owner": {
                "kind": "individual",
                "name": f"Nguyễn Văn Thử {number}",
                "gender": "male",
                "date_of_birth": "1990-05-17",
                "citizen_number": f"0009{number:08}",
                "address": {
                    "line": f"Số {number}, đường Ví Dụ",
                    "commune": "Phường Mẫu Hai (mẫu)",
                    "province": "Thành phố Hồ Chí Minh",
                },
                "phone": f"0000{number:06}",
            },
        },
        timeout=10.0,
    )
    answer.raise_for_status()
    return SimulatedVehicle(plate, "white", kind, "white", make)
