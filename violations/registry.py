"""Ask the vehicle register who owns a vehicle.

The register (cơ sở dữ liệu đăng ký xe) answers over HTTP and JSON; in development its place is
taken by `violations.registry_sandbox`, which speaks the same protocol. Errors say what to do and
never carry a plate or a name; exceptions of the HTTP client, which carry the address with the
plate in it, are cut off for the same reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import httpx

OwnerKind = Literal["individual", "organisation"]


class RegisterError(Exception):
    """Stand for every failure of a register query."""


class RegisterUnavailable(RegisterError):
    """The register gave no usable answer; asking again later is right."""


class RegisterRefused(RegisterError):
    """The register refused our question; asking again does not help, somebody must look."""


@dataclass(frozen=True, slots=True)
class RegisteredOwner:
    """Describe the owner (chủ phương tiện) as registered.

    `identity_number` is the 12-digit citizen number of an individual, the enterprise number of an
    organisation. Only an individual has gender (`male`, `female`) and birth date, only an
    organisation a representative; absent texts are empty.
    """

    kind: OwnerKind
    name: str
    gender: str
    date_of_birth: date | None
    identity_number: str
    address_line: str
    commune: str
    province: str
    phone: str
    representative: str

    @property
    def address(self) -> str:
        """Write the address on one line, as papers carry it."""
        return f"{self.address_line}, {self.commune}, {self.province}"


@dataclass(frozen=True, slots=True)
class RegisteredVehicle:
    """Describe a vehicle as registered; its class may differ from what a camera believed.

    `plate_colour`, `vehicle_class` and `vehicle_colour` use the English words of the cameras'
    detections (`white`, `car`, `silver`), so that both can be compared.
    """

    plate: str
    plate_display: str
    plate_colour: str
    vehicle_class: str
    make: str
    model: str
    vehicle_colour: str
    registered_on: date
    owner: RegisteredOwner


class RegisterClient:
    """Query one vehicle register. The HTTP client and its pooling belong to the caller."""

    def __init__(self, base_url: str, token: str, http: httpx.Client) -> None:
        self._url = f"{base_url.rstrip('/')}/register/v1/vehicles"
        self._token = token
        self._http = http

    def find(
        self, plate_normalised: str, plate_colour: str, vehicle_class: str
    ) -> RegisteredVehicle | None:
        """Find a vehicle by plate, plate colour and class, which together are its identity.

        The same characters may stand on a white and on a yellow plate, and on a car and on a
        motorcycle. Returns None only when the register itself says that it knows no such
        vehicle. Raises RegisterUnavailable (try later) and RegisterRefused.
        """
        question = {"plate": plate_normalised, "colour": plate_colour, "class": vehicle_class}
        try:
            response = self._http.get(
                self._url,
                params=question,
                headers={"Authorization": f"Bearer {self._token}", "Accept": "application/json"},
                timeout=httpx.Timeout(10, connect=5),
                follow_redirects=False,
            )
            body = response.json() if response.status_code in {200, 404} else None
        except httpx.HTTPError:
            raise RegisterUnavailable("The vehicle register cannot be reached.") from None
        except (ValueError, RecursionError):
            raise RegisterUnavailable("The vehicle register's answer cannot be read.") from None
        if response.status_code == 200:
            vehicle = _vehicle(body)
            if (vehicle.plate, vehicle.plate_colour) != (plate_normalised, plate_colour):
                raise RegisterUnavailable("The vehicle register answered about another vehicle.")
            return vehicle
        if response.status_code == 404:
            # A proxy's own 404 must not turn into "this vehicle does not exist".
            if isinstance(body, dict) and body.get("error") == "vehicle_not_found":
                return None
            raise RegisterUnavailable("The vehicle register is not at the configured address.")
        if response.status_code in {400, 401, 403, 422}:
            raise RegisterRefused(
                f"The vehicle register refused the question (HTTP {response.status_code})."
            )
        raise RegisterUnavailable(
            f"The vehicle register answered with HTTP status {response.status_code}."
        )


def _vehicle(body: Any) -> RegisteredVehicle:
    try:
        vehicle, owner = body["vehicle"], body["owner"]
        return RegisteredVehicle(
            plate=_text(vehicle, "plate"),
            plate_display=_text(vehicle, "plate_display"),
            plate_colour=_text(vehicle, "plate_colour"),
            vehicle_class=_text(vehicle, "vehicle_class"),
            make=_text(vehicle, "make"),
            model=_text(vehicle, "model"),
            vehicle_colour=_text(vehicle, "vehicle_colour"),
            registered_on=date.fromisoformat(_text(vehicle, "registered_on")),
            owner=_owner(owner),
        )
    except (KeyError, TypeError, ValueError):
        raise RegisterUnavailable("The vehicle register's answer cannot be read.") from None


def _owner(owner: Mapping[str, Any]) -> RegisteredOwner:
    address = owner["address"]
    kind: OwnerKind = "individual" if _text(owner, "kind") == "individual" else "organisation"
    if _text(owner, "kind") != kind:
        raise ValueError("unknown kind of owner")
    individual = kind == "individual"
    return RegisteredOwner(
        kind=kind,
        name=_text(owner, "name"),
        gender=_text(owner, "gender") if individual else "",
        date_of_birth=date.fromisoformat(_text(owner, "date_of_birth")) if individual else None,
        identity_number=_text(owner, "citizen_number" if individual else "organisation_number"),
        address_line=_text(address, "line"),
        commune=_text(address, "commune"),
        province=_text(address, "province"),
        phone=_text(owner, "phone"),
        representative="" if individual else _text(owner, "representative"),
    )


def _text(source: Mapping[str, Any], name: str) -> str:
    value = source[name]
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value
