"""The address of the officers' page of consents, beside the other pages of a case."""

from django.urls import path

from citizens.views import consent_page

app_name = "consents"

urlpatterns = [path("ho-so/<str:number>/nhan-dien-tu/", consent_page.page, name="case")]
