"""Addresses of the page of partners, below /can-bo/doi-tac/."""

from django.urls import path

from citizens.partners import desk

app_name = "partner_desk"

urlpatterns = [
    path("", desk.partner_list, name="partners"),
    path("<uuid:client_id>/", desk.partner, name="partner"),
]
