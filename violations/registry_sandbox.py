"""Run a fictitious vehicle register that speaks the register's protocol over HTTP and JSON.

    python -m violations.registry_sandbox --port 8801 --data register.json

    GET  /register/v1/vehicles?plate=30F25658&colour=white&class=car   Authorization: Bearer …
    POST /register/v1/vehicles   (the administrator's token) registers one more vehicle

It takes the place of the real register (cơ sở dữ liệu đăng ký xe) in development and acceptance.
Everything in it is invented and must look so: citizen numbers begin with 000, a code no province
has, phones with 0000, and every commune is marked "(mẫu)"; anything else is refused. It prints
`ready http://…` once it listens and ends on SIGTERM.
"""

import argparse
import hmac
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

SEEDS = Path(__file__).with_name("schedules") / "register_sandbox.json"
PATH = "/register/v1/vehicles"
MAX_BODY_BYTES = 16_384
COLOURS = frozenset({"white", "yellow", "blue", "red"})
# A plate string is unique among cars or among motorcycles; within one of the two families the
# register corrects the class a camera took for granted.
FAMILIES = {
    "car": "car",
    "bus": "car",
    "truck": "car",
    "tractor": "car",
    "special": "car",
    "motorcycle": "motorcycle",
    "moped": "motorcycle",
    "e_bike": "motorcycle",
}
VEHICLE_FORMS = {
    "plate": r"[0-9A-ZĐ]{6,10}",
    "plate_display": r".{6,16}",
    "plate_colour": "|".join(sorted(COLOURS)),
    "vehicle_class": "|".join(FAMILIES),
    "make": r".{1,40}",
    "model": r".{1,60}",
    "vehicle_colour": (
        "black|white|grey|silver|red|blue|green|yellow|brown|orange|purple|pink|beige"
    ),
}
OWNER_FORMS = {"name": r".{1,200}", "phone": r"0000[0-9]{6}"}
INDIVIDUAL_FORMS = {"gender": "male|female", "citizen_number": r"000[0-9]{9}"}
ORGANISATION_FORMS = {"organisation_number": r"0000[0-9]{6}", "representative": r".{1,120}"}
ADDRESS_FORMS = {"line": r".{1,120}", "commune": r".{1,80}\(mẫu\)", "province": r".{1,60}"}

Entry = dict[str, Any]
Identity = tuple[str, str, str]


class Register:
    """Hold the vehicles: the invented ones that ship, and those added to a file of its own."""

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._added: list[Entry] = []
        self._vehicles: dict[Identity, Entry] = {}
        for entry in json.loads(SEEDS.read_text("utf-8"))["vehicles"]:
            check_entry(entry)
            self._vehicles[identity_of(entry)] = entry
        if data is not None and data.exists():
            self._added = json.loads(data.read_text("utf-8"))["vehicles"]
            self._vehicles.update({identity_of(entry): entry for entry in self._added})

    def find(self, plate: str, colour: str, vehicle_class: str) -> Entry | None:
        """Find one entry by plate, plate colour and family of class."""
        with self._lock:
            return self._vehicles.get((plate, colour, FAMILIES[vehicle_class]))

    def add(self, entry: Entry) -> bool:
        """Register a vehicle or replace it; True if it is new. Written before it is answered."""
        identity = identity_of(entry)
        with self._lock:
            new = identity not in self._vehicles
            added = [other for other in self._added if identity_of(other) != identity] + [entry]
            if self._data is not None:
                unfinished = self._data.with_suffix(".part")
                unfinished.write_text(json.dumps({"vehicles": added}, ensure_ascii=False), "utf-8")
                unfinished.replace(self._data)
            self._added = added
            self._vehicles[identity] = entry
            return new


def identity_of(entry: Entry) -> Identity:
    """Return what makes a vehicle one vehicle: plate, plate colour, family of class."""
    vehicle = entry["vehicle"]
    return vehicle["plate"], vehicle["plate_colour"], FAMILIES[vehicle["vehicle_class"]]


def check_entry(entry: Any) -> None:
    """Check form and fictitiousness of an entry. Raises ValueError naming the field."""
    if not isinstance(entry, dict):
        raise ValueError("The entry must be an object.")
    vehicle = _checked(entry.get("vehicle"), VEHICLE_FORMS)
    _check_day(vehicle, "registered_on")
    owner = _checked(entry.get("owner"), OWNER_FORMS)
    _checked(owner.get("address"), ADDRESS_FORMS)
    if owner.get("kind") == "individual":
        _checked(owner, INDIVIDUAL_FORMS)
        _check_day(owner, "date_of_birth")
    elif owner.get("kind") == "organisation":
        _checked(owner, ORGANISATION_FORMS)
    else:
        raise ValueError("The field kind must be individual or organisation.")


def _checked(source: Any, forms: Mapping[str, str]) -> dict[str, Any]:
    if not isinstance(source, dict):
        raise ValueError(f"The object with the field {next(iter(forms))} is missing.")
    for name, form in forms.items():
        value = source.get(name)
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise ValueError(f"The field {name} must match {form}.")
    return source


def _check_day(source: Mapping[str, Any], name: str) -> None:
    try:
        date.fromisoformat(source[name])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"The field {name} must be a day, yyyy-mm-dd.") from error


class RegisterServer(ThreadingHTTPServer):
    """Share the register and the two tokens among the handlers."""

    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], register: Register, *, token: str, admin_token: str
    ) -> None:
        super().__init__(address, Handler)
        self.register = register
        self.token = token
        self.admin_token = admin_token


class Handler(BaseHTTPRequestHandler):
    """Answer one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "RegisterSandbox"
    sys_version = ""
    timeout = 30

    @property
    def desk(self) -> RegisterServer:
        """Give the server under its own type."""
        return cast(RegisterServer, self.server)

    def do_GET(self) -> None:
        """Answer a query for one vehicle."""
        parts = urlsplit(self.path)
        if parts.path != PATH:
            self._send(404, {"error": "no_such_address"})
            return
        if not self._may(self.desk.token) and not self._may(self.desk.admin_token):
            self._send(401, {"error": "unauthorised"})
            return
        question = parse_qs(parts.query)
        if sorted(question) != ["class", "colour", "plate"] or any(
            len(values) != 1 for values in question.values()
        ):
            self._send(400, {"error": "plate_colour_and_class_are_needed_once"})
            return
        plate, colour, vehicle_class = (question[name][0] for name in ("plate", "colour", "class"))
        if colour not in COLOURS or vehicle_class not in FAMILIES:
            self._send(400, {"error": "unknown_colour_or_class"})
            return
        entry = self.desk.register.find(plate, colour, vehicle_class)
        if entry is None:
            self._send(404, {"error": "vehicle_not_found"})
        elif entry.get("scenario") == "unavailable":
            self._send(503, {"error": "maintenance"})
        else:
            self._send(200, {"vehicle": entry["vehicle"], "owner": entry["owner"]})

    def do_POST(self) -> None:
        """Register a fictitious vehicle, so that a walkthrough can bring its own."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._send(413, {"error": "too_long"})
            return
        body = self.rfile.read(int(length))
        if self.path != PATH:
            self._send(404, {"error": "no_such_address"})
            return
        if not self._may(self.desk.admin_token):
            self._send(401, {"error": "unauthorised"})
            return
        try:
            entry = json.loads(body)
            check_entry(entry)
        except (ValueError, RecursionError) as error:
            self._send(400, {"error": "invalid_entry", "message": str(error)})
            return
        kept = {"vehicle": entry["vehicle"], "owner": entry["owner"]}
        new = self.desk.register.add(kept)
        self._send(201 if new else 200, kept)

    def _may(self, token: str) -> bool:
        given = self.headers.get("Authorization", "").encode("utf-8", "replace")
        return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())

    def _send(self, status: int, answer: Mapping[str, Any]) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", "Bearer")
        if status == 503:
            self.send_header("Retry-After", "60")
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: addresses carry plates."""


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="registry_sandbox", description="vehicle register")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 lets the system choose")
    parser.add_argument("--data", type=Path, help="JSON file for vehicles added by POST")
    parser.add_argument("--token-env", default="REGISTER_TOKEN")
    parser.add_argument("--admin-token-env", default="REGISTER_ADMIN_TOKEN")
    options = parser.parse_args(arguments)
    token = os.environ.get(options.token_env, "")
    if not token:
        print(f"The variable {options.token_env} holds no token.", file=sys.stderr)
        return 2
    server = RegisterServer(
        (options.host, options.port),
        Register(options.data),
        token=token,
        admin_token=os.environ.get(options.admin_token_env, ""),
    )

    def stop(*_: object) -> None:
        # shutdown() waits for the serving loop, so it must not run inside it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"ready http://{server.server_address[0]!s}:{server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
