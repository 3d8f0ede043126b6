"""The addresses devices push to. Devices append words of their own; those are kept, not read."""

from django.urls import re_path

from cameras.upload_views import put_object
from cameras.views import push

app_name = "intake"

urlpatterns = [
    re_path(r"^v1/(?P<path_token>[^/]+)/objects/(?P<sha256>[^/]+)$", put_object, name="object"),
    re_path(r"^(?P<route>[a-z0-9-]+)/(?P<path_token>[^/]+)(?:/.*)?$", push, name="push"),
]
