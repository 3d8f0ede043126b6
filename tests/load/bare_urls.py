"""One address for the baseline of the look-up."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path

from notices.register import lookup_digest


def look_up(request: HttpRequest) -> HttpResponse:
    """Find a paper by the digest of its code and write down that somebody asked."""
    if request.method != "POST":
        return HttpResponse(f'<input name="csrfmiddlewaretoken" value="{get_token(request)}">')
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM notices_notice WHERE lookup_digest = %s",
            [lookup_digest(request.POST["code"])],
        )
        found = cursor.fetchone() is not None
        cursor.execute("INSERT INTO bare_lookup VALUES (%s, now())", [found])
    return HttpResponse(status=303, headers={"Location": "/"})


urlpatterns = [path("", look_up)]
