"""Addresses of the API for partners and staff."""

from django.urls import path, re_path

from citizens.partners import cases, feed, figures, nominations, problems, schema

app_name = "partners"

urlpatterns = [
    path("", schema.page, name="page"),
    path("schema/", schema.schema, name="schema"),
    path("violations/", cases.CaseList.as_view(), name="cases"),
    re_path(r"^violations/(?P<number>[0-9A-Za-z-]{1,20})/$", cases.OneCase.as_view(), name="case"),
    re_path(
        r"^violations/(?P<number>[0-9A-Za-z-]{1,20})/money/$",
        cases.CaseMoney.as_view(),
        name="money",
    ),
    path("events/", feed.Feed.as_view(), name="events"),
    path("nominations/", nominations.Nominations.as_view(), name="nominations"),
    path("nominations/<uuid:nomination>/", nominations.OneNomination.as_view(), name="nomination"),
    path("figures/", figures.Months.as_view(), name="figures"),
    re_path(
        r"^figures/(?P<month>[0-9]{4}-(0[1-9]|1[0-2]))/$",
        figures.Month.as_view(),
        name="figures_of_month",
    ),
    re_path(r"^(?P<rest>.*)$", problems.nothing_here),
]
