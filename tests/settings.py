"""Settings of the tests: the portal's own, connected as the owner, who may create a database."""

import os

os.environ["PORTAL_DATABASE_ROLE"] = "owner"

from config.settings import *  # noqa: F403  # the environment must be set first

# Sign-ins by the hundred: a slow hash would only heat the room.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The sum before a search by plate: worked out by tests by the hundred.
PROOF_NUMBERS = 20

# Tasks are called by name where a test means them to run; a test of the real worker starts one.
# Devices are registered and changed between two deliveries of one test.
INTAKE_DEVICES_FRESH_SECONDS = 0.0
INTAKE_DEVICES_IN_BACKGROUND = False  # another thread would not see a test's own transaction

# No case is drawn for a second look by chance; the tests of sampling set rates of their own.
REVIEW_SAMPLING = dict.fromkeys(REVIEW_SAMPLING, 0)  # noqa: F405

CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}


def RUNTIME_TEST_URL(database: str) -> str:
    """Return the runtime role's address of a test database."""
    from django.conf import settings

    return settings.DATABASE_RUNTIME_URL.rsplit("/", 1)[0] + f"/{database}"
