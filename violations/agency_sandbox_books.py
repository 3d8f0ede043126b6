"""What the fictitious agencies of `violations.agency_sandbox` take, and what they then hold.

Everything an agency holds follows from the messages that took effect, in their order; nothing else
is kept. No Django here: the sandbox is a program of its own, with its own idea of the protocol.
"""

import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VEHICLE = {"plate", "plate_colour", "vehicle_class"}
LICENCE = {"licence", "decision"}
HOLD = {"ground", "article", "unit", "phone", "warned_on"}
LIFTING = {"ground", "lifted_on"}
PUBLISHED = {
    "vehicle_type", "plate", "plate_colour", "occurred_at", "place", "act", "detecting_unit",
    "handling_unit", "handling_phone",
}  # fmt: skip
ENTRY = VEHICLE | {
    "occurred_at", "provision", "handling_unit", "decision", "status", "public_status",
    "warning_sent", "at",
}  # fmt: skip
POINTS = LICENCE | {"entry", "part", "what", "points", "balance_after", "on"}
SUSPENSION = LICENCE | {"from", "until", "cancelled_on"}
FIELDS: dict[tuple[str, str], set[str]] = {
    ("inspection", "warn"): VEHICLE | HOLD,
    ("inspection", "lift"): VEHICLE | LIFTING,
    ("registration", "warn"): VEHICLE | HOLD,
    ("registration", "lift"): VEHICLE | LIFTING,
    ("licence", "warn"): LICENCE | HOLD,
    ("licence", "lift"): LICENCE | LIFTING,
    ("licence", "points"): POINTS,
    ("licence", "suspend"): SUSPENSION,
    ("lookup", "publish"): PUBLISHED,
    ("lookup", "status"): {"status", "at"},
    ("lookup", "withdraw"): {"at"},
    ("database", "status"): ENTRY,
}
AGENCIES = frozenset(agency for agency, _kind in FIELDS)
PUBLIC_STATUS = {
    "not_sanctioned": "Chưa xử phạt",
    "sanctioned": "Đã xử phạt",
    "resolved": "Đã giải quyết",
    "no_longer_executed": "Hết thời hiệu thi hành",
}

Message = dict[str, Any]


class Refusal(Exception):
    """A message that the agency does not take; carries a status and a short code."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(code)


class Books:
    """What the agencies hold: everything follows from the messages that took effect, in order."""

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self.lock = threading.Lock()
        self.received: list[Message] = []
        self.scenarios: dict[str, str] = {}
        if data is not None and data.exists():
            self.received = json.loads(data.read_text("utf-8"))["received"]

    def take(self, agency: str, key: str, body: Any) -> tuple[bool, str]:
        """Take a message; returns whether it is new, and its receipt. Raises Refusal."""
        message = checked(agency, body)
        with self.lock:
            known = next((row for row in self.received if row["key"] == key), None)
            if known is not None:
                if known["agency"] != agency or known["message"] != message:
                    raise Refusal(422, "key_used_for_another_message")
                return False, known["receipt"]
            last = max(
                (
                    row["message"]["sequence"]
                    for row in self.received
                    if row["agency"] == agency and row["message"]["case"] == message["case"]
                ),
                default=0,
            )
            if message["sequence"] <= last:
                raise Refusal(422, "overtaken_by_a_later_message")
            receipt = f"{agency[:3].upper()}-{len(self.received) + 1:08d}"
            row = {"agency": agency, "key": key, "receipt": receipt, "message": message}
            if self._data is not None:
                unfinished = self._data.with_suffix(".part")
                unfinished.write_text(
                    json.dumps({"received": [*self.received, row]}, ensure_ascii=False), "utf-8"
                )
                unfinished.replace(self._data)
            self.received.append(row)
            return True, receipt

    def messages(self, agency: str) -> list[Message]:
        """Return the messages of one agency in the order in which they took effect."""
        with self.lock:
            return [row["message"] for row in self.received if row["agency"] == agency]

    def records(self, agency: str, wanted: Mapping[str, str]) -> list[Message]:
        """Return what an agency holds now that has all the wanted values."""
        return [
            record
            for record in RECORDS[agency](self.messages(agency))
            if all(record.get(name) == value for name, value in wanted.items())
        ]


def checked(agency: str, body: Any) -> Message:
    """Check that a message has exactly its fields. Raises Refusal."""
    if not isinstance(body, dict) or set(body) != {"case", "kind", "sequence", "content"}:
        raise Refusal(400, "case_kind_sequence_and_content_are_needed")
    case, kind, sequence, content = (body[name] for name in ("case", "kind", "sequence", "content"))
    if not isinstance(case, str) or not re.fullmatch(r"VP-[0-9]{2}-[0-9]{6,}", case):
        raise Refusal(422, "no_case_number")
    if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence < 1:
        raise Refusal(422, "no_sequence")
    fields = FIELDS.get((agency, kind)) if isinstance(kind, str) else None
    if fields is None:
        raise Refusal(422, "not_a_kind_of_this_agency")
    if not isinstance(content, dict) or set(content) != fields:
        raise Refusal(422, "not_the_fields_of_this_kind")
    if "status" in fields and agency == "lookup" and content["status"] not in PUBLIC_STATUS:
        raise Refusal(422, "unknown_status")
    return body


def held(messages: list[Message]) -> list[Message]:
    """Return the holds that stand: one for each case and ground that was not lifted."""
    standing: dict[tuple[str, str], Message] = {}
    for message in messages:
        mark = (message["case"], message["content"].get("ground", ""))
        if message["kind"] == "warn":
            standing[mark] = {"case": message["case"], **message["content"]}
        elif message["kind"] == "lift":
            standing.pop(mark, None)
    return list(standing.values())


def of_licences(messages: list[Message]) -> list[Message]:
    """Return holds, movements of points and suspensions, each marked with its kind."""
    others = [
        {"case": message["case"], "record": message["kind"], **message["content"]}
        for message in messages
        if message["kind"] in ("points", "suspend")
    ]
    return [{"record": "warn", **hold} for hold in held(messages)] + others


def published(messages: list[Message]) -> list[Message]:
    """Return what the public finds: publications that stand, with the latest status."""
    standing: dict[str, Message] = {}
    for message in messages:
        case, kind, content = message["case"], message["kind"], message["content"]
        if kind == "publish":
            status = standing.get(case, {}).get("status", PUBLIC_STATUS["not_sanctioned"])
            standing[case] = {"case": case, **content, "status": status}
        elif kind == "status" and case in standing:
            standing[case]["status"] = PUBLIC_STATUS[content["status"]]
        elif kind == "withdraw":
            standing.pop(case, None)
    return list(standing.values())


def entered(messages: list[Message]) -> list[Message]:
    """Return the entries of the violation database, each as it was told last."""
    return list(
        {
            message["case"]: {"case": message["case"], **message["content"]} for message in messages
        }.values()
    )


RECORDS = {
    "inspection": held,
    "registration": held,
    "licence": of_licences,
    "lookup": published,
    "database": entered,
}
