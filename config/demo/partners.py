"""The partners of the demonstration: an agency, a fleet, and figures of months before it began."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from citizens.figures import publishing
from citizens.figures.counting import Counted, Counts, spans
from citizens.models import ApiClient, ApiKey, FigureRelease, PartnerEvent, WebhookEndpoint
from citizens.partners import clients, keys, webhooks
from config.demo.seeding import private_file, write_private
from violations.guards import day_in_viet_nam

REASON = "công văn số 01 (mẫu)"
AGENCY, FLEET = "Sở Xây dựng (mẫu)", "Công ty Vận tải (mẫu)"
SECRETS = "hook-secrets.json"
MONTHS = 14
KINDS = {"red_light": 50, "speed_over": 34, "no_helmet": 12, "wrong_lane": 7}
REASONS = {"plate_unreadable": 5, "picture_or_camera_fault": 3, "duplicate": 2, "no_violation": 2,
           "priority_vehicle": 1}  # fmt: skip
#: Units with how busy each is, and their cameras.
PLACES = (
    ("01", "PC08-HN", 46, ("CAM-0412", "CAM-0533", "CAM-0701")),
    ("01", "CAX-HN-01", 3, ("CAM-0911",)),
    ("79", "PC08-HCM", 58, ("CAM-0227", "CAM-0228")),
    ("79", "CAX-HCM-01", 2, ("CAM-0912",)),
)


def join_partners(receiver_url: str) -> dict[str, str]:
    """Make both clients on the first start, publish fictitious months; return the keys by name.

    Both are told of events at the receiver of this run, which finds the secrets in a private file.
    """
    at = timezone.now()
    path = settings.DATA_DIR / "demo.json"
    kept = private_file(path)
    known: dict[str, str] = kept.setdefault("partner_keys", {})
    made = [_client(AGENCY, "agency", known, at), _client(FLEET, "fleet", known, at)]
    write_private(path, kept)
    secrets = [one for client in made for one in _hook(client, f"{receiver_url}/hook", at)]
    write_private(settings.DATA_DIR / SECRETS, {"secrets": secrets})
    month = day_in_viet_nam(at).replace(day=1)
    for _turn in range(MONTHS):
        month = publishing.before(month)
        if not FigureRelease.objects.filter(month=month).exists():
            publishing.freeze(month, at=at, counts=fictitious(month), is_sample=True)
    return known


def fictitious(month: date) -> Counts:
    """Return counts of a month that never was; the same for the same month."""
    cells: list[Counted] = []
    closings: list[tuple[str, str, int, int]] = []
    season = 90 + (month.month * 7 + month.year) % 13 + month.month
    for number, (province, unit, busy, cameras) in enumerate(PLACES):
        for kind, share in KINDS.items():
            count = busy * share * season // 100 + (month.month * (number + 3)) % 9
            cells.append(Counted("detections", province, unit, kind, count))
        rejected = 0
        for place, (reason, share) in enumerate(REASONS.items()):
            count = busy * share * season // 100 + (month.month + place * number) % 7
            cells.append(Counted("rejections", province, unit, reason, count))
            rejected += count
        for camera in cameras[1:]:
            count = rejected // (len(cameras) + 1)
            cells.append(Counted("camera_rejections", province, unit, camera, count))
        rest = rejected - rejected // (len(cameras) + 1) * (len(cameras) - 1)
        cells.append(Counted("camera_rejections", province, unit, cameras[0], rest))
        for kind, share in (("complaint", 4), ("explanation", 9), ("second_look", 6)):
            count = busy * share // 10 + month.month % (number + 2)
            cells.append(Counted("contests", province, unit, kind, count))
        for kind, share in (("complaint_dismissed", 3), ("complaint_upheld", 1),
                            ("second_look_upheld", 4), ("second_look_overturned", 2)):  # fmt: skip
            cells.append(Counted("outcomes", province, unit, kind, busy * share // 10))
        for days, share in ((9, 20), (16, 34), (24, 25), (41, 12), (75, 6)):
            count = busy * share * season // 100
            late = days + (month.month * (number + 1)) % 8
            closings.append((province, unit, late, count))
            cells.append(Counted("closed", province, unit, "", count))
    return Counts(tuple(cells), spans(closings))


def _client(name: str, kind: str, known: dict[str, str], at: datetime) -> ApiClient:
    """Make one client with every right of its kind; both administrators have had their say."""
    first, second = _administrators()
    client = ApiClient.objects.filter(name=name).first()
    if client is None:
        client = clients.register(
            name, kind, contact="van.hanh@doi-tac.example", per_minute=120, per_day=20_000,
            networks=[], reason=REASON, by=first, at=at,
        )  # fmt: skip
    wanted: list[tuple[str, str, date | None]] = [
        ("scope", scope, None) for scope in clients.scopes_for(kind)
    ]
    if kind == "agency":
        wanted += [("unit", unit, None) for unit in ("PC08-HN", "PC08-HCM")]
    else:
        wanted.append(("plate", "30A71342", date(2020, 1, 1)))
    held = set(client.rights.filter(ended_at__isnull=True).values_list("what", "value"))
    for what, value, from_on in wanted:
        if (what, value) not in held:
            right = clients.ask_right(
                client, what, value, reason=REASON, by=first, at=at, from_on=from_on
            )
            clients.approve_right(right, reason=REASON, by=second, at=at)
    works = ApiKey.objects.filter(client=client, revoked_at=None, expires_at__gt=at)
    if name not in known or not works.filter(prefix=known[name].split("_")[1]).exists():
        known[name] = keys.issue(client, reason=REASON, by=first, at=at).text
    return client


def _hook(client: ApiClient, url: str, at: datetime) -> list[str]:
    """Let the receiver of this run be the client's one webhook; returns its secrets."""
    first, _second = _administrators()
    settings.WEBHOOK_OPEN_NETWORKS = True  # in this process, as for those it has started
    working = client.endpoints.exclude(state=WebhookEndpoint.State.STOPPED)
    for former in working.exclude(url=url):
        webhooks.stop(former, reason=REASON, by=first, at=at)
    endpoint = working.filter(url=url).first()
    if endpoint is None:
        endpoint = webhooks.add_endpoint(
            client, url, PartnerEvent.Kind.values, reason=REASON, by=first, at=at
        )
    return webhooks.secrets_of(endpoint, at=at)


def _administrators() -> tuple[Any, Any]:
    people = get_user_model().objects
    return people.get(username="quantri"), people.get(username="hanh")
