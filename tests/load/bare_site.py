"""The baseline of the look-up as a site of its own: one indexed SELECT, one INSERT, no middleware."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.bare_settings"
application = get_wsgi_application()
