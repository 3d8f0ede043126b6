"""Security at the edge: one content policy for every page, and a second factor for all staff."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

Handler = Callable[[HttpRequest], HttpResponse]


def content_security_policy() -> str:
    """Return the policy sent with every answer.

    No inline script or style, nothing from another origin. Only a form may leave the site, and only
    for the payment gateway and the identity provider: browsers hold a redirect after a POST to
    ``form-action`` too.
    """
    outside = [urlsplit(settings.VNPAY_PAY_URL), urlsplit(settings.IDENTITY_ISSUER)]
    origins = " ".join(f"{place.scheme}://{place.netloc}" for place in outside if place.netloc)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {origins}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


class ContentSecurityPolicyMiddleware:
    """Send the content policy, and keep pages with personal data out of every cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(), camera=(), microphone=()"
        )
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class BodySizeMiddleware:
    """Refuse by its declared length what no page of ours takes, before anything of it is read.

    The check against forged forms reads a whole body, files and all, to find its token. Pages that
    answer for themselves, with what the person typed, are left to do so.
    """

    MOST_BYTES = 16 * 1024 * 1024  # twice the largest file of the officers' rooms
    OWN_ANSWER = ("/vu-viec/tra-loi/", "/dinh-danh-doi-xe/", "/api/intake/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_too_long = not length.isdigit() or int(length) > self.MOST_BYTES
        if is_too_long and not request.path.startswith(self.OWN_ANSWER):
            return render(request, "413.html", status=413)
        return self.get_response(request)


class StaffSecondFactorMiddleware:
    """Let no member of staff past sign-in without a second factor.

    django-allauth offers MFA but cannot require it. A staff member who has none yet reaches only
    the pages where one is set up; one who has it was asked for it at sign-in. A password that
    somebody else has set is changed before anything else.
    """

    OWN_PASSWORD = "password_is_own"  # noqa: S105 (a key of the session)
    OPEN = ("account_logout", "account_reauthenticate", "mfa_reauthenticate", "set_language")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.is_staff:
            if self._needs_own_password(request):
                if self._is_open(request, (*self.OPEN, "account_change_password")):
                    return self.get_response(request)
                return redirect("account_change_password")
            if not self._may_pass(request):
                return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _needs_own_password(self, request: HttpRequest) -> bool:
        """Tell whether somebody else knows the password; asked until it is one's own.

        Whoever sets another's password ends their sessions, so a session never outlives the answer.
        """
        from violations.staffing import must_change_password  # needs the app registry

        if request.session.get(self.OWN_PASSWORD):
            return False
        if must_change_password(request.user):
            return True
        request.session[self.OWN_PASSWORD] = True
        return False

    def _is_open(self, request: HttpRequest, names: tuple[str, ...]) -> bool:
        open_paths = {reverse(name) for name in names}
        return request.path in open_paths or request.path.startswith(settings.STATIC_URL)

    def _may_pass(self, request: HttpRequest) -> bool:
        from allauth.mfa.utils import is_mfa_enabled  # needs the app registry

        if self._is_open(request, self.OPEN) or request.path.startswith(reverse("mfa_index")):
            return True
        return is_mfa_enabled(request.user)
