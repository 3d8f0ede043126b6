"""The officers' site: plain Django admin in our own skin, in the officers' language."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _


class OfficersSite(admin.AdminSite):
    """Django admin without its own sign-in: staff enter through allauth, with a second factor."""

    site_title = _("Traffic violations")
    site_header = _("Traffic violations")
    index_title = _("Data")
    enable_nav_sidebar = False

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send the visitor to the one sign-in page; a signed-in citizen gets a plain 403."""
        if request.user.is_authenticated:
            return HttpResponse(status=403)
        target = f"{reverse('account_login')}?next={request.get_full_path()}"
        return redirect(target)

    def get_urls(self) -> list[Any]:
        """Add the map of the devices, which is no list of any one table."""
        return [path("cameras/", include("cameras.admin.map_urls")), *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the tabs of the staff header, so that admin and our own pages share one header."""
        from violations.admin.navigation import frame  # needs the app registry

        return super().each_context(request) | frame(request)
