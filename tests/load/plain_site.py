"""The baseline of the look-up as a Django site begins: its view behind the usual middleware."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.plain_settings"
application = get_wsgi_application()
