"""What every view of the API shares: scope, quota with its headers, and the log of the call."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from citizens import limits
from citizens.limits import DAY, Limit
from citizens.partner_models import ApiUse
from citizens.partners.authentication import Partner
from citizens.partners.problems import TooManyCalls
from violations.models import Violation


class HoldsScope(BasePermission):
    """Let in clients that hold the scope of the view, and staff who hold its permission."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the caller may ask this view at all."""
        if isinstance(request.user, Partner):
            return view.scope in request.user.reach.scopes
        return bool(
            request.user and view.staff_permission and request.user.has_perm(view.staff_permission)
        )


class Metered:
    """Mixed into a view: counts each call of a client before it is answered, and notes it after."""

    scope = ""
    staff_permission = ""
    permission_classes = (HoldsScope,)
    throttle_classes = ()
    http_method_names = ("get", "head", "post")  # those of them that a view has
    seen_case: Violation | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count before anything is looked for: a refused call is a call. Raises TooManyCalls."""
        self.perform_authentication(request)  # type: ignore[attr-defined]
        if isinstance(request.user, Partner):
            self._spend(request.user)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def permission_denied(self, request: Request, **_told: Any) -> None:
        """Say 401 to a stranger, 403 to everybody else."""
        if request.user is None:
            raise exceptions.NotAuthenticated
        raise exceptions.PermissionDenied

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Tell a client what is left of its quota, and write the call down."""
        answered: HttpResponseBase = super().finalize_response(  # type: ignore[misc]
            request, response, *args, **kwargs
        )
        for name, value in getattr(self, "_left", {}).items():
            answered.headers[name] = value
        patch_vary_headers(answered, ("Authorization", "Cookie", "Accept-Language"))
        user = getattr(request, "_user", None)
        if isinstance(user, Partner) and answered.status_code != 429:
            self._note(request, user, answered)
        return answered

    def _spend(self, partner: Partner) -> None:
        client, at = partner.client, timezone.now()
        quotas = (
            Limit("api-minute", client.per_minute, 60),
            Limit("api-day", client.per_day, DAY),
        )
        counts = limits.count_all([(quota, f"client:{client.pk}") for quota in quotas], at=at)
        lefts = [
            (quota, max(0, quota.most - counts[quota]), limits.seconds_left(quota, at))
            for quota in quotas
        ]
        # draft-ietf-httpapi-ratelimit-headers
        self._left = {
            "RateLimit-Policy": ", ".join(
                f'"{quota.name}";q={quota.most};w={quota.seconds}' for quota in quotas
            ),
            "RateLimit": ", ".join(
                f'"{quota.name}";r={left};t={wait}' for quota, left, wait in lefts
            ),
        }
        waits = [wait for quota, _left, wait in lefts if counts[quota] > quota.most]
        if waits:
            raise TooManyCalls(max(waits))

    def _note(self, request: Request, partner: Partner, answered: HttpResponseBase) -> None:
        data = answered.data if isinstance(answered, Response) else None
        rows = data.get("results") if isinstance(data, dict) else None
        ok = answered.status_code in (200, 201, 304)
        sender = limits.network_of(limits.sender_address(request.META))
        ApiUse.objects.create(
            client=partner.client,
            key=partner.key,
            route=type(self).__name__[:60],
            status=answered.status_code,
            shown=(len(rows) if rows is not None else 1) if ok else 0,
            case=self.seen_case if ok else None,
            network_digest=limits.digest("network", sender),
            at=timezone.now(),
        )
