"""Addresses of the sandbox: the provider's own, and the page on which one chooses who to be."""

from django.urls import include, path

from citizens.identity_sandbox.views import choose, style

urlpatterns = [
    path("", choose),
    path("sandbox.css", style),
    path("dang-nhap/", choose, name="account_login"),
    path("dang-nhap/lai/", choose, name="account_reauthenticate"),
    path("", include("allauth.idp.urls")),
]
