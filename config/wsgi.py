"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.requirements_check import require_system_packages

require_system_packages()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
