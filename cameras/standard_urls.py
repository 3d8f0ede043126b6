"""Addresses of the published standard; those of a version never change."""

from django.urls import path

from cameras.standard_views import PAGES, file, page

app_name = "standard"

urlpatterns = [
    *(path(one.path, page, {"key": key}, name=key) for key, one in PAGES.items()),
    path("vn.traffic.violation-event/<path:name>", file, name="file"),
]
