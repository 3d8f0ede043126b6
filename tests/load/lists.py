"""Every admin list and every page of work at ten million cases beside ten thousand.

The large database is the one ``manage.py load_bulk`` filled: ``BULK_DATABASE_URL`` and
``BULK_DATABASE_OWNER_URL`` lead to it (unless set, ``bulk`` on the same server); the small one is
loaded here. Each page is asked by a member of one unit and by one of the whole country, as each may
open it: as it stands, with each choice of each filter, searched, on page 2 and on its last page;
the API's list of cases between two days, near and far.
The small one lies in two units, so that most pages are as full there as in the large one. Rounds over
both databases alternate; the median counts. Each list and the queue on the large one should take
less than 150 ms, and no more than 1.5 × its time on the small one where both show as many rows: what
is compared is finding the rows, not writing fifty of them beside three (``fuller`` counts those and
names the slowest). Pages that miss a goal are timed in five more rounds on both: of a thousand some
meet a busy moment of the machine. Of the other pages (workbench, board, post room), which count a
queue a thousand times as long, the figures are given without a goal of ratio.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.scratch import ScratchPortal

ROUNDS, AGAIN, TIMES = 2, 5, 3
CASES, SMALL_UNITS = 10_000, 2
QUEUE = "review"
ROWS_ALIKE = 3  # a row costs less than a millisecond
GOAL_RATIO, GOAL_MS = 1.5, 150
Times = dict[str, tuple[float, int]]
PAGE = re.compile(r'href="\?[^"]*?p=(\d+)"')
#: Roles whose work is in one unit, and the one that reads the whole country.
OF_A_UNIT = (
    "Reviewing officer", "Signing leader", "Clerk", "Camera technician", "Supervisor",
    "Administrator",
)  # fmt: skip
NATIONAL = "Auditor"


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return the worst page, what misses the goals, and each list's slowest page."""
    large = {
        name: os.environ.get(f"BULK_{name}") or urlsplit(url)._replace(path="/bulk").geturl()
        for name, url in (
            ("DATABASE_URL", portal.runtime_url), ("DATABASE_OWNER_URL", portal.owner_url),
        )
    }  # fmt: skip
    sides: dict[str, dict[str, str]] = {"small": {}, "large": large}
    portal.call("tests.load.lists", "load_small", PORTAL_DATABASE_ROLE="owner")
    # The large one may be older than the rights of a role.
    portal.call("violations.roles", "establish_roles", **large | {"PORTAL_DATABASE_ROLE": "owner"})
    rounds: dict[str, list[Times]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, environment in sides.items():
            rounds[name].append(portal.call("tests.load.lists", "times", **environment))
    names = list(_compared(rounds)["missed"])
    for _ in range(AGAIN if names else 0):
        for name, environment in sides.items():
            asked = environment | {"LISTS_ONLY": json.dumps(names)}
            rounds[name].append(portal.call("tests.load.lists", "times", **asked))
    return _compared(rounds) | {
        "heard_again": len(names), "cases": portal.call("tests.load.lists", "cases", **large),
    }  # fmt: skip


def load_small() -> None:
    """Load ten thousand bulk cases here, and count them for the planner as a server does in time."""
    from django.core.management import call_command
    from django.db import connection

    call_command("load_bulk", cases=CASES, units=SMALL_UNITS, stdout=open(os.devnull, "w"))  # noqa: SIM115
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def cases() -> int:
    """Return how many cases the planner knows of."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'violations_violation'")
        return int(cursor.fetchone()[0])


def times() -> Times:
    """Return the milliseconds of each page, the median of several after one to warm it, and rows."""
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    found = {}
    only = json.loads(os.environ.get("LISTS_ONLY", "[]"))
    for name, client, address in _pages():
        if only and name not in only:
            continue
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{name} {address}: {answer.status_code}")
        taken = statistics.median(_timed(client, address) for _ in range(TIMES))
        found[name] = (taken, answer.content.count(b"<tr") or answer.content.count(b'"number":'))
    return found


def _timed(client: Any, address: str) -> float:
    began = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - began) * 1000


def _pages() -> Iterator[tuple[str, Any, str]]:
    """Yield every page with who asks for it."""
    from django.contrib import admin
    from django.urls import reverse

    from violations.admin.navigation import WORKPLACES

    people = _people()
    for role, (client, user) in people.items():
        for place in WORKPLACES:
            if place.address.startswith("violations:") and user.has_perms(
                [place.permission] if place.permission else []
            ):
                page = place.address.removeprefix("violations:")
                yield f"{page} as {role}", client, reverse(place.address)
    yield from _windows(people)
    for model, model_admin in sorted(
        admin.site._registry.items(), key=lambda row: row[0]._meta.label_lower
    ):
        right = f"{model._meta.app_label}.view_{model._meta.model_name}"
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        readers = [role for role in OF_A_UNIT if people[role][1].has_perm(right)][:1]
        readers += [NATIONAL] if people[NATIONAL][1].has_perm(right) else []
        for role in readers:
            client, user = people[role]
            for words, query in _questions(client, user, model_admin, base):
                yield f"{model._meta.label_lower} as {role}: {words}", client, base + query


def _windows(people: dict[str, tuple[Any, Any]]) -> Iterator[tuple[str, Any, str]]:
    """Yield the API's list of cases between two days, near and far, as its first and its last page."""
    from citizens.partners import walks
    from violations.models import Violation

    newest = Violation.objects.filter(number__startswith="KL-").order_by("-pk").first()
    for role in (OF_A_UNIT[0], NATIONAL):
        for back, days in ((2, 2), (400, 2), (900, 0), (1000, 600)):
            first = newest.occurred_on - timedelta(days=back)
            asked = f"occurred_from={first}&occurred_to={first + timedelta(days=days)}"
            last = walks.cursor((first, uuid.UUID(int=0)))
            for words, more in (("first", ""), ("last", f"&cursor={last}")):
                name = f"violations.api as {role}: {days + 1} days, {back} ago, {words} page"
                yield name, people[role][0], f"/api/v1/violations/?{asked}{more}"


def _questions(client: Any, user: Any, model_admin: Any, base: str) -> Iterator[tuple[str, str]]:
    """Yield the ways a list is asked for: plain, by each filter, searched, paged."""
    from django.test import RequestFactory

    yield "plain", ""
    request = RequestFactory().get(base)
    request.user = user
    for spec in model_admin.get_changelist_instance(request).filter_specs:
        choices = list(spec.choices(model_admin.get_changelist_instance(request)))
        for choice in choices:
            if choice["query_string"] != "?":
                yield f"{spec.title}={choice['display']}", choice["query_string"]
    term = _term(model_admin, request)
    if term:
        yield "search", f"?q={term}"
    deepest = max(
        (int(page) for page in PAGE.findall(client.get(base).content.decode())), default=1
    )
    for page in sorted({2, deepest}):
        if page <= deepest:
            yield f"page {'2' if page == 2 else 'last'}", f"?p={page}"


def _term(model_admin: Any, request: Any) -> str:
    """Return what the first search field of the newest row holds."""
    row = model_admin.get_queryset(request).order_by("-pk").first()
    if row is None or not model_admin.search_fields:
        return ""
    value: Any = row
    for part in model_admin.search_fields[0].split("__"):
        if part in ("exact", "startswith"):
            break
        value = getattr(value, part, None)
    return str(value or "")[:40]


def _people() -> dict[str, tuple[Any, Any]]:
    """Make one member of staff for each role, and sign each in; made before, they are found."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    from cameras.models import Device, Unit
    from tests.violations.desk import signed_in
    from violations.models import Officer

    unit = Device.objects.filter(code__startswith="KL-").order_by("code").first().site.unit
    national, _ = Unit.objects.get_or_create(
        code="KL-C08", defaults={"name": "Cục (khối lượng)", "level": Unit.Level.NATIONAL}
    )
    found = {}
    for number, role in enumerate((*OF_A_UNIT, NATIONAL)):
        user, is_new = get_user_model().objects.get_or_create(
            username=f"load-{number}",
            defaults={"full_name": role, "is_staff": True, "password": "!"},
        )
        if is_new:
            user.groups.add(Group.objects.get(name=role))
            place = national if role == NATIONAL else unit
            Officer.objects.create(user=user, badge=f"load-{number}", unit=place)
        found[role] = (signed_in(Officer.objects.get(user=user)), user)
    return found


def _compared(rounds: dict[str, list[Times]]) -> dict[str, Any]:
    """Lay the medians side by side: the worst, what misses a goal, the slowest of each list."""
    medians = {
        side: {
            name: statistics.median(run[name][0] for run in runs if name in run) for name in runs[0]
        }
        for side, runs in rounds.items()
    }
    rows = {side: {name: row[1] for name, row in runs[0].items()} for side, runs in rounds.items()}
    both = {}
    for name, large in medians["large"].items():
        if name in medians["small"]:
            small = medians["small"][name]
            both[name] = {
                "small_ms": round(small, 1),
                "large_ms": round(large, 1),
                "ratio": round(large / small, 2),
            }
    slowest: dict[str, dict[str, Any]] = {}
    for name, figures in both.items():
        page = name.split(" as ")[0]
        if page not in slowest or figures["large_ms"] > slowest[page]["large_ms"]:
            slowest[page] = figures | {"asked": name.removeprefix(f"{page} as ")}
    ruled = {name: figures for name, figures in both.items() if _is_ruled(name)}
    alike = {
        name: figures
        for name, figures in ruled.items()
        if rows["large"][name] <= rows["small"][name] + ROWS_ALIKE
    }
    missed = {name: row for name, row in ruled.items() if row["large_ms"] >= GOAL_MS} | {
        name: row for name, row in alike.items() if row["ratio"] > GOAL_RATIO
    }
    worst = max(ruled, key=lambda name: ruled[name]["large_ms"])
    ratio = max(alike, key=lambda name: alike[name]["ratio"])
    fuller = {name: row for name, row in ruled.items() if name not in alike}
    fullest = max(fuller, key=lambda name: fuller[name]["large_ms"], default="")
    return {
        "pages": len(ruled),
        "median_ratio": round(statistics.median(row["ratio"] for row in ruled.values()), 2),
        "worst_ms": {worst: ruled[worst]},
        "worst_ratio": {ratio: alike[ratio]},
        "fuller": {"pages": len(fuller), fullest: fuller.get(fullest)},
        "missed": missed,
        "other_pages": {name: row for name, row in both.items() if name not in ruled},
        "lists": {page: row for page, row in slowest.items() if _is_ruled(page)},
    }


def _is_ruled(name: str) -> bool:
    """Tell whether the goals speak of a page: the admin lists and the review queue."""
    page = name.split(" as ")[0]
    return "." in page or page == QUEUE


if __name__ == "__main__":  # one side alone, while an index is being tried
    import django

    django.setup()
    print(json.dumps(times(), indent=1))
