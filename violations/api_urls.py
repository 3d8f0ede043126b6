"""Addresses of the agency API."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
