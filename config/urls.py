"""Every address of the portal. Public words are Vietnamese, as citizens type them."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from cameras.custody_page import custody_key

# Browsers ask for this name when what they show is no page of ours that names its icon: a PDF.
ICON = RedirectView.as_view(url=static("icons/favicon.svg"))

urlpatterns = [
    path("", include("citizens.urls")),  # first: nobody asks as much as citizens do
    path("favicon.ico", ICON),
    path(".well-known/custody-key.txt", custody_key),
    path("api/intake/", include("cameras.urls")),
    path("api/v1/", include("citizens.partners.urls")),
    path("can-bo/tai-khoan/", include("citizens.account_urls")),
    path("can-bo/", include("citizens.consent_urls")),
    path("can-bo/", include("citizens.driver_urls")),
    path("can-bo/doi-soat/", include("citizens.desk.urls")),
    path("can-bo/don-tu/", include("citizens.desk.submission_urls")),
    path("can-bo/doi-tac/", include("citizens.partners.desk_urls")),
    path("can-bo/", include("violations.urls")),
    path("quan-tri/", admin.site.urls),
    path("ngon-ngu/", include("django.conf.urls.i18n")),
    path("tieu-chuan/", include("cameras.standard_urls")),
]
