"""Look-ups with ten million cases beside ten thousand, and beside a bare view in the same run.

The large database is the one ``manage.py load_bulk`` filled: ``BULK_DATABASE_URL`` and
``BULK_DATABASE_OWNER_URL`` lead to it (unless set, ``bulk`` on the same server); the small one is
loaded here. Over each runs a portal of its own, limits and both logs on. By code: the form is posted
and the case is opened. By plate: the page of results, in a session that has brought its proof. The
bare view does one indexed SELECT and one INSERT in the same database: with nothing at all between
the server and the view (``beside_bare``), and in a site as ``startproject`` makes it, behind
Django's usual middleware (``beside_plain``). All are served as people are behind a proxy
(``config.web_server``), by two processes each. Every look-up comes from a network of its own, as
those of citizens do, and finds what it asks for: of 200 that find nothing in a minute the portal
asks a sum of everybody.

p95 over the large database should be at most 1.2 × that over the small one, and the throughput by
code at least half of the bare view's in a plain site; what is beside no middleware is told.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import re
import statistics
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from config.demo.processes import free_port
from tests.load.rounds import Work, compare, timed_round
from tests.scratch import PEOPLE, ScratchPortal

CASES = 10_000
ASKED = 400  # different cases, so that no page of an index is always the same
CITIZENS, ACTS, ROUNDS = 4, 240, 7
GOAL_P95, GOAL_RATIO = 1.2, 0.5


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return p95 and throughput of each way over both databases, and the share of a bare view."""
    owner = portal.owner_url
    large = {
        "DATABASE_URL": os.environ.get("BULK_DATABASE_URL") or _bulk(portal.runtime_url),
        "DATABASE_OWNER_URL": os.environ.get("BULK_DATABASE_OWNER_URL") or _bulk(owner),
    }
    small = {"DATABASE_URL": portal.runtime_url, "DATABASE_OWNER_URL": owner}
    portal.call("tests.load.lists", "load_small", PORTAL_DATABASE_ROLE="owner")
    # The large one may be older than a table or a right.
    portal.call("tests.scratch", "install", **large, PORTAL_DATABASE_ROLE="owner")
    sides = {"small": small, "large": large}
    stands: dict[str, _Stand] = {}
    try:
        for name, environment in sides.items():
            stands[name] = _Stand(portal, name, environment)
        by_way = {way: _alternate(stands, way) for way in ("code", "plate")}
        large_stand = stands["large"]
        beside = {
            name: compare(
                [large_stand.by_code() for _ in range(CITIZENS)],
                [act() for _ in range(CITIZENS)],
                acts=ACTS,
                rounds=ROUNDS,
            ).figures
            for name, act in (("bare", large_stand.bare), ("plain", large_stand.plain))
        }
    finally:
        for name, stand in stands.items():
            stand.stop()
            portal.call(
                "tests.load.lookup_at_scale",
                "clear",
                **sides[name],
                PORTAL_DATABASE_ROLE="owner",
            )
    missed = {
        way: figures["p95_ratio"]
        for way, figures in by_way.items()
        if figures["p95_ratio"] > GOAL_P95
    }
    if beside["plain"]["ratio"]["median"] < GOAL_RATIO:
        missed["plain"] = beside["plain"]["ratio"]["median"]
    return {
        "cases": portal.call("tests.load.lists", "cases", **large),
        **by_way,
        **{f"beside_{name}": figures for name, figures in beside.items()},
        "missed": missed,
    }


class _Stand:
    """A portal and a bare site over one database, and what there is to ask."""

    def __init__(self, portal: ScratchPortal, name: str, environment: dict[str, str]) -> None:
        self._portal = portal
        self._names = (f"web-{name}", f"bare-{name}", f"plain-{name}")
        asked = portal.call(
            "tests.load.lookup_at_scale", "prepare", **environment, PORTAL_DATABASE_ROLE="owner"
        )
        self._known: list[dict[str, str]] = asked
        self._networks = _addresses()
        self.port, self.bare_port, self.plain_port = (free_port(0) for _ in range(3))
        extra = environment | {"PORTAL_TRUSTED_PROXIES": "1", "PROOF_NUMBERS": "10"}
        for server, module, port in (
            (self._names[0], "config.wsgi", self.port),
            (self._names[1], "tests.load.bare_site", self.bare_port),
            (self._names[2], "tests.load.plain_site", self.plain_port),
        ):
            portal.start_server(server, module, port, workers=2, options=PEOPLE, **extra)

    def stop(self) -> None:
        """Stop the servers."""
        for name in self._names:
            self._portal.stop(name)

    def by_code(self) -> Work:
        """Return what opens case after case by code and plate."""
        cookie, token = _opened(self.port, "/tra-cuu/")
        turns = self._turns()

        def act() -> None:
            fields = next(turns)
            body = {"code": fields["code"], "plate": fields["plate"]}
            status = self._send(self.port, "/tra-cuu/", body | token, {"Cookie": cookie})
            if status != 303:
                raise RuntimeError(f"a look-up by code was answered with {status}")

        return act

    def by_plate(self) -> Work:
        """Return what reads the page of results of plate after plate.

        The sessions are laid out beforehand: each holds the plate it has brought a proof for.
        """
        sessions = itertools.cycle(fields["session"] for fields in self._known)

        def act() -> None:
            headers = {"Cookie": f"sessionid={next(sessions)}", **self._sender()}
            status = _get(self.port, "/tra-cuu/bien-so/ket-qua/", headers)
            if status != 200:
                raise RuntimeError(f"a look-up by plate was answered with {status}")

        return act

    def bare(self) -> Work:
        """Return what asks the bare view that nothing stands before."""
        return self._asking(self.bare_port, {}, {})

    def plain(self) -> Work:
        """Return what asks the bare view of a plain Django site, with the token of its form."""
        cookie, token = _opened(self.plain_port, "/")
        return self._asking(self.plain_port, token, {"Cookie": cookie})

    def _asking(self, port: int, token: dict[str, str], headers: dict[str, str]) -> Work:
        turns = self._turns()

        def act() -> None:
            status = self._send(port, "/", {"code": next(turns)["code"]} | token, headers)
            if status != 303:
                raise RuntimeError(f"the bare view answered {status}")

        return act

    def _turns(self) -> Iterator[dict[str, str]]:
        return itertools.cycle(random.sample(self._known, len(self._known)))

    def _sender(self) -> dict[str, str]:
        return {"X-Forwarded-For": next(self._networks), "X-Forwarded-Proto": "http"}

    def _send(self, port: int, path: str, body: dict[str, str], headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers, **self._sender()}
        connection.request("POST", path, urlencode(body), sent)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status


def _alternate(stands: dict[str, _Stand], way: str) -> dict[str, Any]:
    """Time rounds over both databases in turns; return p95, throughput and their ratio."""
    workers = {
        name: [getattr(stand, f"by_{way}")() for _ in range(CITIZENS)]
        for name, stand in stands.items()
    }
    for name in workers:
        timed_round(ACTS // 2, workers[name])
    p95: dict[str, list[float]] = {name: [] for name in workers}
    rates: dict[str, list[float]] = {name: [] for name in workers}
    for number in range(ROUNDS):
        for name in sorted(workers, reverse=number % 2 == 0):
            wall, times = timed_round(ACTS, workers[name])
            rates[name].append(ACTS / wall)
            p95[name].append(sorted(times)[len(times) * 95 // 100] * 1000)
    ratios = [large / small for large, small in zip(p95["large"], p95["small"], strict=True)]
    return {
        "p95_ms": {name: round(statistics.median(p95[name]), 2) for name in p95},
        "per_second": {name: round(statistics.median(rates[name]), 1) for name in rates},
        "p95_ratio": round(statistics.median(ratios), 3),
    }


def prepare() -> list[dict[str, str]]:
    """Lay out codes that open public cases, and sessions that hold plates; the table of the bare view.

    Bulk papers bear digests that no code leads to: those asked for are given one here.
    """
    from django.db import connection, transaction

    from config.sessions import SessionStore
    from notices.register import lookup_code, lookup_digest

    asked = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_lookup (found boolean, at timestamptz)")
        cursor.execute("ALTER TABLE notices_notice DISABLE TRIGGER notices_notice_stays")
        for case in _some_public_cases():
            code = lookup_code(case.paper_id)
            cursor.execute(
                "UPDATE notices_notice SET lookup_digest = %s WHERE id = %s",
                [lookup_digest(code), case.paper_id],
            )
            store = SessionStore()
            kind = "motorcycle" if case.vehicle_class in ("motorcycle", "moped") else "car"
            shown = case.plate_display
            store["plate_asked"] = {"plate": case.plate, "type": kind, "shown": shown}
            store.save()
            asked.append({"code": code, "plate": shown, "session": str(store.session_key)})
        cursor.execute("ALTER TABLE notices_notice ENABLE TRIGGER notices_notice_stays")
    return asked


def clear() -> None:
    """Take away what ``prepare`` laid out; the digests stay, they are as good as the others."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_lookup")
        cursor.execute("DELETE FROM django_session")


def _some_public_cases() -> list[Any]:
    """Return public cases that bear papers, from all over the table: they must not lie together.

    Bulk plates run through every series, also those that no plate has and no form takes.
    """
    from django.db import connection

    from cameras.plates import read_plate
    from violations.models import Violation
    from violations.workflow import PUBLIC

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notices_notice")
        (papers,) = cursor.fetchone()
    sample = """
        SELECT DISTINCT ON (violation.id) violation.*, paper.id AS paper_id
        FROM notices_notice paper TABLESAMPLE SYSTEM (%s)
        JOIN violations_caseevent event ON event.notice_id = paper.id
        JOIN violations_violation violation ON violation.id = event.case_id
        WHERE violation.status = ANY(%s)
    """
    percent = min(100.0, 100 * 20 * ASKED / max(1, papers))
    found = [
        case
        for case in Violation.objects.raw(sample, [percent, list(PUBLIC)])
        if read_plate(case.plate_display).confidence != "invalid"
    ]
    if not found:
        raise RuntimeError("no public case bears a paper here")
    return random.sample(found, min(ASKED, len(found)))


def _bulk(url: str) -> str:
    return urlsplit(url)._replace(path="/bulk").geturl()


def _addresses() -> Iterator[str]:
    """Yield addresses of networks that have not asked before."""
    for number in itertools.count(random.randrange(2**30)):
        yield f"2001:db8:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}::1"


def _opened(port: int, path: str) -> tuple[str, dict[str, str]]:
    """Open a form once, as every browser does; returns its cookie and its token."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    page = connection.getresponse()
    cookie = re.search(r"csrftoken=\w+", page.headers["Set-Cookie"] or "")
    text = page.read().decode()
    connection.close()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    if cookie is None or token is None:
        raise RuntimeError(f"no form at {path}")
    return cookie[0], {"csrfmiddlewaretoken": token[1]}


def _get(port: int, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


if __name__ == "__main__":  # what is laid out, alone
    import django

    django.setup()
    json.dump(prepare()[:3], sys.stdout, indent=1)
