"""The portal's settings with nothing between the server and one view."""

from config.settings import *  # noqa: F403  # settings are made to be taken over whole

# Their pages ask for middleware, and the view needs neither.
INSTALLED_APPS = [
    name
    for name in INSTALLED_APPS  # noqa: F405  # from the star above
    if not name.startswith(("allauth", "config."))
]
INSTALLED_APPS.append("django.contrib.admin")  # others read its log of changes
ROOT_URLCONF = "tests.load.bare_urls"
MIDDLEWARE: list[str] = []
