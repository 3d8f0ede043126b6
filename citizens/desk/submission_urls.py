"""Addresses of the desk of what people send, below /can-bo/don-tu/."""

from django.urls import path

from citizens.desk import submissions

app_name = "submissions"

urlpatterns = [
    path("", submissions.waiting, name="waiting"),
    path("<str:number>/", submissions.submission, name="one"),
    path("<str:number>/nhan/", submissions.take, name="take"),
    path("<str:number>/tra-lai/", submissions.give_back, name="give_back"),
    path("<str:number>/tep/<int:file_id>/", submissions.file, name="file"),
]
