"""Look-up by code: the form posted, limits asked, case found, both logs written, session opened.

Beside a bare view behind the same server options and no middleware: one indexed SELECT, one INSERT
(``bare_site``). Each look-up comes from a browser that has no session yet, like each citizen.
"""

from __future__ import annotations

import http.client
import itertools
import re
from typing import Any
from urllib.parse import urlencode

from config.demo.processes import free_port
from tests.load.rounds import Work, compare
from tests.scratch import ScratchPortal, quick_world

CASES, CITIZENS = 12, 4
LOOKUPS, ROUNDS = 120, 9


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return the figures; checks afterwards that every look-up stands in both logs."""
    from notices.register import lookup_code
    from tests.journeys import case_at

    place = quick_world()
    asked = []
    for _ in range(CASES):
        case = case_at("notified", place)
        paper = case.events.get(step="sign_notice").notice
        asked.append({"code": lookup_code(paper.pk), "plate": case.plate})
    with portal.owner() as connection:
        connection.execute("CREATE TABLE bare_lookup (found boolean, at timestamptz)")
    portal.ensure_web(workers=2)
    bare_port = free_port(0)
    portal.start_server("bare", "tests.load.bare_site", bare_port, workers=2)
    before = portal.count("citizens_lookupentry"), portal.count("violations_accessentry")
    citizens = [_citizen(portal.port, asked) for _ in range(CITIZENS)]
    strangers = [_poster(bare_port, "/", asked, {}, {}) for _ in range(CITIZENS)]
    compared = compare(citizens, strangers, acts=LOOKUPS, rounds=ROUNDS)
    made = compared.acts
    assert portal.count("citizens_lookupentry WHERE found = 1") == before[0] + made
    assert portal.count("violations_accessentry") == before[1] + made
    assert portal.count("bare_lookup WHERE found") == made
    portal.stop("bare")
    return compared.figures


def _citizen(port: int, asked: list[dict[str, str]]) -> Work:
    """Open the form once, as every browser does, and return what posts it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/tra-cuu/")
    page = connection.getresponse()
    cookie = re.search(r"csrftoken=\w+", page.headers["Set-Cookie"] or "")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    connection.close()
    assert cookie and token
    return _poster(
        port, "/tra-cuu/", asked, {"csrfmiddlewaretoken": token[1]}, {"Cookie": cookie[0]}
    )


def _poster(
    port: int,
    path: str,
    asked: list[dict[str, str]],
    fields: dict[str, str],
    headers: dict[str, str],
) -> Work:
    turns = itertools.cycle(asked)
    headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}

    def post() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", path, urlencode(fields | next(turns)), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 303:
            raise RuntimeError(f"a look-up was answered with {answer.status}")

    return post
