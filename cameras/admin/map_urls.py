"""The addresses of the map, under the site's own for cameras."""

from django.contrib import admin
from django.urls import path

from cameras.admin import device_map

urlpatterns = [
    path("ban-do/", admin.site.admin_view(device_map.country), name="cameras_device_map"),
    path(
        "ban-do/<slug:code>/",
        admin.site.admin_view(device_map.province),
        name="cameras_device_map_province",
    ),
]
