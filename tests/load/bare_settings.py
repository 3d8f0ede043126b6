"""The portal's settings with nothing between the server and one view."""

from config.settings import *  # noqa: F403  # settings are made to be taken over whole

ROOT_URLCONF = "tests.load.bare_urls"
MIDDLEWARE: list[str] = []
