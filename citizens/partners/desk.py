"""Clients of the API for administrators: who they are, what they may do, what they did.

Each change asks for a reason. A key and a secret are on the answer of the press that made them and
nowhere else. Auditors read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cameras.models import Unit
from citizens.partner_models import ApiClient, ApiKey, ApiRight, ApiUse, PartnerEvent
from citizens.partners import clients, keys, webhooks
from citizens.partners.reach import waiting_rights
from citizens.webhook_models import WebhookDelivery, WebhookEndpoint
from violations.admin.access import opens_with
from violations.admin.navigation import staff_page
from violations.guards import Refused

VIEW = "citizens.view_apiclient"
SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@opens_with(VIEW)
def partner_list(request: HttpRequest) -> HttpResponse:
    """List the clients, and make a new one."""
    refused: list[str] = []
    if request.method == "POST":
        try:
            made = clients.register(
                request.POST.get("name", ""),
                request.POST.get("kind", ""),
                contact=request.POST.get("contact", "").strip(),
                **_limits(request.POST),
                **_signed(request, timezone.now()),
            )
        except Refused as refusal:
            refused = refusal.sentences
        else:
            messages.success(request, gettext("Made. Ask for its rights now."))
            return HttpResponseRedirect(reverse("partner_desk:partner", args=[made.pk]))
    context = {
        "title": gettext("Partners"),
        "clients": ApiClient.objects.all(),
        "waiting": waiting_rights(),
        "kinds": ApiClient.Kind.choices,
        "may_manage": request.user.has_perm(clients.MANAGE),
        "refused": refused,
        "typed": request.POST,
    }
    return staff_page(request, "partners/list.html", context, status=409 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@opens_with(VIEW)
def partner(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Show one client; a press of one of its buttons is one act."""
    client = ApiClient.objects.filter(pk=client_id).first()
    if client is None:
        raise Http404
    at = timezone.now()
    if request.method != "POST":
        return _show(request, client)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        shown = act(request, client, at)
    except Refused as refusal:
        return _show(request, client, refused=refusal.sentences, status=409)
    if shown is not None:
        return _show(request, client, once=shown)
    messages.success(request, gettext("Done and written down."))
    return HttpResponseRedirect(reverse("partner_desk:partner", args=[client.pk]))


def todo(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield lines for the workbench: rights that wait for another, webhooks that were disabled."""
    if not user.has_perm(clients.MANAGE):
        return
    count = waiting_rights().exclude(asked_by=user).count()
    if count:
        yield {
            "days": None,
            "title": gettext("%(count)s rights of partners wait for your approval")
            % {"count": count},
            "text": gettext("What one administrator asks for, another approves."),
            "url": reverse("partner_desk:partners"),
            "button": gettext("Open"),
        }
    disabled = WebhookEndpoint.objects.filter(state=WebhookEndpoint.State.DISABLED)
    for endpoint in disabled.select_related("client")[:5]:
        yield {
            "days": None,
            "title": gettext("A webhook of %(client)s was disabled")
            % {"client": endpoint.client.name},
            "text": gettext(
                "It failed for days, or said that it is gone. Tell its operators, then resume it."
            ),
            "url": reverse("partner_desk:partner", args=[endpoint.client_id]),
            "button": gettext("Open"),
        }


# One act each ------------------------------------------------------------------------------------


def _change_limits(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    clients.change_limits(client, **_limits(request.POST), **_signed(request, at))


def _issue_key(request: HttpRequest, client: ApiClient, at: datetime) -> dict[str, str]:
    newest = request.POST.get("newest", "")
    issued = keys.issue(client, after=newest, **_signed(request, at))
    return {"label": gettext("The key, shown this once:"), "text": issued.text}


def _revoke_key(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    keys.revoke(_own(ApiKey.objects, request, client), **_signed(request, at))


def _revoke(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    clients.revoke(client, **_signed(request, at))


def _ask_right(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    clients.ask_right(
        client,
        request.POST.get("what", ""),
        request.POST.get("value", ""),
        from_on=_day(request.POST.get("from_on", "")),
        until_on=_day(request.POST.get("until_on", "")),
        **_signed(request, at),
    )


def _approve_right(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    clients.approve_right(_own(ApiRight.objects, request, client), **_signed(request, at))


def _end_right(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    clients.end_right(_own(ApiRight.objects, request, client), **_signed(request, at))


def _add_hook(request: HttpRequest, client: ApiClient, at: datetime) -> dict[str, str]:
    endpoint = webhooks.add_endpoint(
        client,
        request.POST.get("url", "").strip(),
        request.POST.getlist("kinds"),
        **_signed(request, at),
    )
    return _secret(webhooks.secrets_of(endpoint, at=at)[0])


def _rotate(request: HttpRequest, client: ApiClient, at: datetime) -> dict[str, str]:
    endpoint = _own(WebhookEndpoint.objects, request, client)
    version = request.POST.get("version", "")
    return _secret(webhooks.rotate_secret(endpoint, after=version, **_signed(request, at)))


def _stop_hook(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    webhooks.stop(_own(WebhookEndpoint.objects, request, client), **_signed(request, at))


def _resume_hook(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    webhooks.resume(_own(WebhookEndpoint.objects, request, client), **_signed(request, at))


def _send_again(request: HttpRequest, client: ApiClient, at: datetime) -> None:
    endpoint = _own(WebhookEndpoint.objects, request, client)
    one = request.POST.get("delivery", "")
    webhooks.send_again(endpoint, delivery_id=_uuid(one) if one else None, **_signed(request, at))


Act = Callable[[HttpRequest, ApiClient, datetime], dict[str, str] | None]
ACTS: dict[str, Act] = {
    "limits": _change_limits,
    "issue_key": _issue_key,
    "revoke_key": _revoke_key,
    "revoke": _revoke,
    "ask_right": _ask_right,
    "approve_right": _approve_right,
    "end_right": _end_right,
    "add_hook": _add_hook,
    "rotate": _rotate,
    "stop_hook": _stop_hook,
    "resume_hook": _resume_hook,
    "send_again": _send_again,
}


# Reading what was sent, drawing the page ---------------------------------------------------------


def _signed(request: HttpRequest, at: datetime) -> dict[str, Any]:
    return {"reason": request.POST.get("reason", ""), "by": request.user, "at": at}


def _limits(sent: QueryDict) -> dict[str, Any]:
    return {
        "per_minute": _number(sent.get("per_minute", "")),
        "per_day": _number(sent.get("per_day", "")),
        "networks": clients.read_networks(sent.get("networks", "")),
    }


def _number(text: str) -> int:
    """Return a whole number; nought, which is refused with the bounds, for anything else."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else 0


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Refused(gettext("This is not a day.")) from fault


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as fault:
        raise Http404 from fault


def _own(rows: Any, request: HttpRequest, client: ApiClient) -> Any:
    """Return the row an act is about, of this client. Raises Http404."""
    wanted = request.POST.get("row", "")
    key = _uuid(wanted) if rows.model is WebhookEndpoint else _number(wanted)
    found = rows.filter(pk=key, client=client).first()
    if found is None:
        raise Http404
    return found


def _secret(text: str) -> dict[str, str]:
    return {"label": gettext("The secret of the webhook:"), "text": text}


def _show(
    request: HttpRequest,
    client: ApiClient,
    *,
    refused: list[str] | None = None,
    once: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    client.refresh_from_db()
    given_up = WebhookDelivery.State.GIVEN_UP
    context = {
        "title": client.name,
        "client": client,
        "may_manage": request.user.has_perm(clients.MANAGE) and client.revoked_at is None,
        "is_fleet": client.kind == ApiClient.Kind.FLEET,
        "rights": client.rights.select_related("asked_by", "approved_by"),
        "keys": client.keys.select_related("made_by"),
        "newest": client.keys.order_by("-pk").values_list("prefix", flat=True).first() or "",
        "scopes": clients.scopes_for(client.kind).items(),
        "units": Unit.objects.order_by("code"),
        "kinds": [
            (kind, words)
            for kind, words in PartnerEvent.Kind.choices
            if client.kind == ApiClient.Kind.FLEET or kind.startswith("case.")
        ],
        "hooks": [
            {
                "hook": hook,
                "given_up": hook.deliveries.filter(state=given_up).count(),
                "waiting": hook.deliveries.filter(state=WebhookDelivery.State.WAITING)[
                    :1000
                ].count(),
                "last": hook.deliveries.select_related("event").order_by("-pk")[:10],
            }
            for hook in client.endpoints.all()
        ],
        "changes": client.changes.select_related("by")[:SHOWN],
        "uses": ApiUse.objects.filter(client=client).select_related("key", "case")[:SHOWN],
        "refused": refused or [],
        "once": once,
        "now": timezone.now(),
    }
    answer = staff_page(request, "partners/partner.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
