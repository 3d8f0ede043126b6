"""The description of the API is whole, and the API does what it describes.

Schemathesis asks a real server everything the description allows and much that it does not.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from citizens.figures import publishing
from citizens.figures.counting import Counts
from citizens.limits import Limit
from citizens.partners import clients, keys
from citizens.partners.nominations import BODY
from tests.citizens.conftest import english
from tests.citizens.partners import REASON, administrators
from tests.citizens.visits import PLATE, text
from tests.journeys import case_at, world
from violations.guards import VIET_NAM


@pytest.mark.gate
@pytest.mark.django_db
def test_the_description_is_valid_and_whole():
    """Any warning would be a field or a parameter that the description leaves out."""
    out = io.StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json",
                 stdout=out)  # fmt: skip
    made = json.loads(out.getvalue())
    assert made["openapi"].startswith("3.1")
    served = Client().get("/api/v1/schema/").json()
    assert served["paths"].keys() == made["paths"].keys()
    assert len(made["paths"]) == 8
    written = "/api/v1/nominations/"
    for path, operations in made["paths"].items():
        assert operations.keys() == {"post" if path == written else "get"}, path
        for operation in operations.values():
            assert {"400", "401", "403", "429"} <= operation["responses"].keys()
    naming = made["paths"][written]["post"]
    assert {"201", "404", "409", "413", "422"} <= naming["responses"].keys()
    (sent,) = naming["requestBody"]["content"]["application/json"]["examples"].values()
    assert sent["value"].keys() <= BODY["properties"].keys()
    assert sent["value"].keys() >= set(BODY["required"])


@pytest.mark.gate
@pytest.mark.django_db
def test_people_read_the_description_without_foreign_scripts():
    page = text(english().get("/api/v1/"))
    for shown in ("/api/v1/violations/{number}/", "If-None-Match", "occurred_from", "case.paid",
                  "POST /api/v1/nominations/", "Idempotency-Key", "full_name"):  # fmt: skip
        assert shown in page, shown
    for forbidden in (" style=", "<script>", "https://cdn", "swagger"):
        assert forbidden not in page
    assert text(Client().get("/api/v1/")) != page


def prepare(kind: str) -> str:
    """Make a place with cases and a month, and return the key of a client with every right."""
    place, at = world(), timezone.now()
    for status in ("notified", "decided", "closed"):
        case_at(status, place, plate=PLATE if status == "notified" else None)
    publishing.freeze(
        datetime(2020, 1, 1, tzinfo=VIET_NAM).date(), at=at, counts=Counts(), is_sample=True
    )
    first, second = (person.user for person in administrators(place))
    held = clients.register(
        "fuzz", kind, contact="x@vidu.vn", per_minute=6000, per_day=5_000_000, networks=[],
        reason=REASON, by=first, at=at,
    )  # fmt: skip
    reach = ("unit", "*") if kind == "agency" else ("plate", PLATE)
    for what, value in [*(("scope", scope) for scope in clients.scopes_for(kind)), reach]:
        right = clients.ask_right(
            held, what, value, reason=REASON, by=first, at=at, from_on=date(2020, 1, 1)
        )
        clients.approve_right(right, reason=REASON, by=second, at=at)
    return keys.issue(held, reason=REASON, by=first, at=at).text


def schemathesis(
    server: Any, kind: str, examples: int, phases: str, monkeypatch: Any, folder: Path, *more: str
) -> None:
    """Run it against a server in this process, with every check and a fixed seed."""
    # Its calls come from one address, many of them with a bad key on purpose.
    many = (Limit("bad-key-quarter", 10**9, 900),)
    monkeypatch.setattr("citizens.partners.authentication.BAD_KEYS", many)
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/api/v1/schema/",
            "--url", server.url, "-H", f"Authorization: Bearer {prepare(kind)}",
            "--max-examples", str(examples), "--phases", phases, "--seed", "20261129", "--checks", "all",
            "--generation-database", "none", "--no-color", *more,
        ],
        capture_output=True, text=True, check=False, timeout=1500, cwd=folder,
    )  # fmt: skip
    print(done.stdout[-1500:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


#: What a field may hold beyond its pattern (a name that a spreadsheet would run, a contact that is
#: none) is refused in words, so not everything of the right shape is taken.
OF_A_FLEET = ("--include-path-regex", "nominations", "--exclude-checks", "positive_data_acceptance")


@pytest.mark.gate
def test_the_api_does_what_it_describes(live_server, monkeypatch, tmp_path):
    reading = ("--exclude-path-regex", "nominations")
    schemathesis(
        live_server, "agency", 3, "examples,coverage,fuzzing", monkeypatch, tmp_path, *reading
    )


@pytest.mark.gate
def test_naming_does_what_it_describes(live_server, monkeypatch, tmp_path):
    schemathesis(live_server, "fleet", 5, "examples,fuzzing", monkeypatch, tmp_path, *OF_A_FLEET)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "more"), [("agency", ()), ("fleet", OF_A_FLEET)])
def test_the_api_does_what_it_describes_however_often_it_is_asked(
    live_server, monkeypatch, tmp_path, kind, more
):
    phases = "examples,coverage,fuzzing,stateful"
    schemathesis(live_server, kind, 60, phases, monkeypatch, tmp_path, *more)
