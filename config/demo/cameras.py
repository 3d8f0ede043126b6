"""The sample cameras as the simulator needs them: their secret paths and keys."""

from __future__ import annotations

import json

from django.conf import settings

from cameras.inbox import push_path
from cameras.models import Device
from cameras.simulator import SimulatedDevice
from config.demo.people import DEVICES

WALKTHROUGH_CAMERA = "CAM-0227"


def simulated_devices() -> list[SimulatedDevice]:
    """Return the seeded cameras with what they push with."""
    keys = json.loads((settings.DATA_DIR / "demo.json").read_text())["device_keys"]
    return [
        _simulated(sample.code, sample.scene, keys)
        for sample in DEVICES
        if sample.code != WALKTHROUGH_CAMERA
    ]


def walkthrough_camera() -> SimulatedDevice:
    """Return the camera of the walkthrough; the steady traffic leaves its unit's queue empty."""
    return _simulated(WALKTHROUGH_CAMERA, "red_light", {})


def _simulated(code: str, scene: str, keys: dict[str, str]) -> SimulatedDevice:
    device = Device.objects.select_related("site").get(code=code)
    verification = device.certificates.filter(kind="verification").first()
    return SimulatedDevice(
        code=device.code,
        serial=device.serial,
        adapter=device.adapter,
        path=push_path(device),
        place=device.site.name,
        scene=scene,
        private_key=bytes.fromhex(keys[code]) if code in keys else None,
        certificate_number=verification.number if verification else "",
        certificate_until=f"{verification.valid_until:%d/%m/%Y}" if verification else "",
    )
