"""Addresses of the officers' pages of who drove, and of appointments, below /can-bo/."""

from django.urls import path

from citizens.views import drivers_desk, slots_desk

app_name = "drivers"

urlpatterns = [
    path("nguoi-lai/", drivers_desk.waiting, name="list"),
    path("nguoi-lai/<str:number>/", drivers_desk.case_page, name="case"),
    path("nguoi-lai/<str:number>/thu/<uuid:nomination_id>/", drivers_desk.letter, name="letter"),
    path("lich-hen/", slots_desk.slots, name="slots"),
    path("lich-hen/<int:slot_id>/dong/", slots_desk.close, name="slot_close"),
]
