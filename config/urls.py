"""Every address of the portal. Public words are Vietnamese, as citizens type them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("api/intake/", include("cameras.urls")),
    path("api/v1/", include("violations.api_urls")),
    path("can-bo/tai-khoan/", include("citizens.account_urls")),
    path("can-bo/", include("violations.urls")),
    path("quan-tri/", admin.site.urls),
    path("ngon-ngu/", include("django.conf.urls.i18n")),
    path("", include("citizens.urls")),
]
