"""Settings of the portal. Everything that differs between places comes from the environment.

With no variable set the portal runs complete on one machine: PostgreSQL from a wheel under
``.data/``, Celery over the same PostgreSQL, files in a content-addressed folder, and the sandbox
servers for the bank and the vehicle register.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from config import embedded
from config.celery import QUEUE, broker_options, task_queues
from config.database import connection_settings
from config.gateways import *  # noqa: F403  (names of settings, each of them)
from config.identity import *  # noqa: F403  # the identity provider of citizens
from config.keeping import *  # noqa: F403  # how long what people wrote is kept
from config.keys import former_keys, load_keys
from config.messages import message_settings
from config.partners import *  # noqa: F403  # who asks by machine, and open figures
from config.public_pages import *  # noqa: F403  # what citizens see, and in which languages
from config.schedule import CELERY_BEAT_SCHEDULE  # noqa: F401  # read by Celery as a setting
from config.storage import store_settings

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PORTAL_DATA_DIR", BASE_DIR / ".data"))
DATA_DIR.mkdir(parents=True, exist_ok=True)

KEYS = load_keys(DATA_DIR)
ACCOUNT_FORMER_KEYS = former_keys("ACCOUNT_FORMER_KEYS")
SECRET_KEY = KEYS["SECRET_KEY"]
DEBUG = False

# One official address: it is printed on papers, decides cookies, and is the only allowed host.
PORTAL_ORIGIN = os.environ.get("PORTAL_ORIGIN", "http://127.0.0.1:8000")
_origin = urlsplit(PORTAL_ORIGIN)
_https = _origin.scheme == "https"
ALLOWED_HOSTS = [_origin.hostname or "127.0.0.1", "localhost", "127.0.0.1", "[::1]"]
if os.environ.get("PORTAL_ALLOWED_HOSTS"):
    ALLOWED_HOSTS = os.environ["PORTAL_ALLOWED_HOSTS"].split(",")
CSRF_TRUSTED_ORIGINS = [PORTAL_ORIGIN]
IS_SAMPLE = os.environ.get("PORTAL_SAMPLE", "1") == "1"  # the striped test bar and the watermark

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "config.apps.OfficersSiteConfig",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "config.apps.PortalConfig",
    "cameras",
    "notices",
    "violations",
    "citizens",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.security.ContentSecurityPolicyMiddleware",
    "config.static_files.CompressingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.security.BodySizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "config.security.StaffSecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.portal",
            ],
        },
    },
]

# Databases. Web and worker connect as a role that cannot alter history; the owner, which holds the
# tables, is used by schema commands and by the tests' set-up alone.
if os.environ.get("DATABASE_URL"):
    _runtime_url = os.environ["DATABASE_URL"]
    _owner_url = os.environ.get("DATABASE_OWNER_URL", _runtime_url)
    DATABASE_STARTED_HERE = False
else:
    _server = embedded.ensure_running(BASE_DIR)
    _runtime_url, _owner_url = _server.runtime_url, _server.owner_url
    DATABASE_STARTED_HERE = _server.started_now
RUNS_AS_OWNER = os.environ.get("PORTAL_DATABASE_ROLE") == "owner"
DATABASE_URL = _owner_url if RUNS_AS_OWNER else _runtime_url
DATABASE_RUNTIME_URL, DATABASE_OWNER_URL = _runtime_url, _owner_url
DATABASE_RUNTIME_ROLE = urlsplit(_runtime_url).username or ""
DATABASES = {"default": connection_settings(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "config.cache.UnloggedTableCache", "LOCATION": "portal_cache"}}

# People
AUTH_USER_MODEL = "citizens.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/can-bo/"
ACCOUNT_ADAPTER = "citizens.adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PORTAL_TRUSTED_PROXIES", "0"))
MFA_ADAPTER = "citizens.second_factors.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cổng Vi phạm giao thông"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
MFA_TRUST_ENABLED = False
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Language and time: Vietnamese first; moments are stored in UTC and shown in Viet Nam's time.
LANGUAGE_CODE = "vi"
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "staticfiles"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a folder that is not there yet
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "evidence": store_settings(
        os.environ.get("EVIDENCE_URL", (DATA_DIR / "evidence").resolve().as_uri())
    ),
    "papers": store_settings(
        os.environ.get("PAPERS_URL", (DATA_DIR / "papers").resolve().as_uri())
    ),
}
if os.environ.get("EVIDENCE_COPY_URL"):  # a second copy elsewhere, compared when bytes differ
    STORAGES["evidence_copy"] = store_settings(os.environ["EVIDENCE_COPY_URL"])
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Camera bodies are read raw by the inbox, never by Django's parsers; this bounds all other forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Transport security
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send "Origin: null" with every form, which CSRF rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "violations.admin.review_access.forged_form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
if os.environ.get("PORTAL_TRUSTED_PROXIES"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Queue: carries ids only; the rows in PostgreSQL are the truth and sweeps re-send what was lost.
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "pgmq://database")
CELERY_TASK_TIME_LIMIT = 150
# A letter takes a tenth of a second; one that takes this long is given up, so others go on.
PAPER_SECONDS = float(os.environ.get("PORTAL_PAPER_SECONDS", "60"))
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(
    CELERY_BROKER_URL, DATABASE_URL, visibility_timeout=CELERY_TASK_TIME_LIMIT + 30
)
CELERY_TASK_DEFAULT_QUEUE = QUEUE
CELERY_TASK_QUEUES = task_queues(CELERY_BROKER_URL)
CELERY_BROKER_POOL_LIMIT = 2  # connections that send, a process
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # each worker would need queues of its own
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING below decides
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A process that a hostile picture has made large is replaced after its task; in kB.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 512 * 1024
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60  # each loads the typefaces first; 4 s would end a slow one
CELERY_WORKER_CONCURRENCY = int(os.environ.get("PORTAL_WORKERS", "2"))
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# Camera intake limits (cameras.md §8, "Limits"); bytes unless said otherwise.
# Each web machine's own disk: what is delivered waits here until the database has it.
INTAKE_SPOOL_DIR = os.environ.get("INTAKE_SPOOL_DIR", str((DATA_DIR / "spool").resolve()))
INTAKE_DISK_FLOOR = int(os.environ.get("INTAKE_DISK_FLOOR", str(1024**3)))
INTAKE_DEVICES_FRESH_SECONDS = 5.0
INTAKE_DEVICES_IN_BACKGROUND = True
INTAKE_BODY_SECONDS = 15.0
INTAKE_IDLE_SECONDS = 5.0
INTAKE_CAMERA_RATE, INTAKE_CAMERA_BURST = 2.0, 30
INTAKE_GATEWAY_RATE, INTAKE_GATEWAY_BURST = 50, 100
INTAKE_MAX_BODY = 12 * 1024 * 1024
INTAKE_MAX_FILM = 64 * 1024 * 1024
INTAKE_KEPT_FROM_STRANGERS = 64 * 1024
INTAKE_STRANGERS_PER_ADDRESS_PER_DAY = 200
# Alarms that take a device out by itself; a clock only beyond five seconds («replay» is a kind of
# «rejects»: an old picture or signature came again).
DEVICE_QUARANTINE_ON = frozenset(
    os.environ.get("DEVICE_QUARANTINE_ON", "clock_drifted,rejects,configuration,replay").split(",")
)

# Custody: signed checkpoints of the log, and who else sees them (cameras.md §8).
CENTRE_CODE = os.environ.get("CENTRE_CODE", "00")  # province code; 00 is the national centre
#: Public keys (hexadecimal) that signed our checkpoints before the present one.
CUSTODY_FORMER_KEYS = [key for key in os.environ.get("CUSTODY_FORMER_KEYS", "").split(",") if key]
#: Witnesses: their addresses, each with the witness's public key behind a hash sign.
CUSTODY_WITNESS_URLS = [url for url in os.environ.get("CUSTODY_WITNESS_URLS", "").split(",") if url]
TIMESTAMP_URL = os.environ.get("TIMESTAMP_URL", "")  # RFC 3161 over HTTP; empty: no time stamps
# Keys that seal papers (README, Keys of papers). Only the worker opens them.
SIGNING_KEYS_DIR = os.environ.get("SIGNING_KEYS_DIR", str((DATA_DIR / "signing").resolve()))
PKCS11_MODULE = os.environ.get("PKCS11_MODULE", "")
PKCS11_PIN = os.environ.get("PKCS11_PIN", "")
#: Whose key seals for a unit without one: «UNIT=OTHER,*=OTHER»; nothing behind «=»: the portal's.
_STAND_INS = os.environ.get("SEAL_STAND_INS", "").split(",")
SEAL_STAND_INS = dict(pair.split("=", 1) for pair in _STAND_INS if "=" in pair)
# A second reading of the plate for the officer, by the engine of the optional extra «cross-read».
CROSS_READ = os.environ.get("CROSS_READ", "0") == "1"

# Review
REVIEW_UNDO_SECONDS = int(os.environ.get("REVIEW_UNDO_SECONDS", "10"))
REVIEW_LEASE_SECONDS = 600
REVIEW_AHEAD = 2  # cases fetched ahead of the one on the screen
REVIEW_AHEAD_SECONDS = 180
REVIEW_ARM_MS = 350  # no key decides before the pictures have been in sight this long
REVIEW_POSTPONED_MOST = 5  # cases one officer may have put off at a time
# How much is looked at again by another officer, per mille, by stratum. A supervisor raises a rate
# for a unit or an officer by a row; the portal raises it when accuracy falls.
REVIEW_SAMPLING = {
    "accepted": 50,
    "rejected": 20,
    "plate_corrected": 1000,
    "plate_doubtful": 1000,
    "register_differs": 1000,
    "flagged": 1000,
    "licence_at_stake": 1000,
    "new_officer": 1000,
    "settling_officer": 200,
    "new_device": 1000,
    "settling_device": 200,
    "known": 15,
}
if os.environ.get("REVIEW_SAMPLING") == "none":  # a test or benchmark that must not meet chance
    REVIEW_SAMPLING = dict.fromkeys(REVIEW_SAMPLING, 0)
# The first verdicts of an officer, and on a camera, are new; as many again are settling; then the
# ordinary rates count. 0 knows neither.
REVIEW_NEW_OFFICER_CASES = int(os.environ.get("REVIEW_NEW_OFFICER_CASES", "200"))
REVIEW_NEW_DEVICE_CASES = int(os.environ.get("REVIEW_NEW_DEVICE_CASES", "100"))
# A fine of this share of the signer's ceiling, or more, is opened before it is signed in a batch.
SIGNING_FINE_SHARE_PERCENT = 80
# Where an owner lives: «commune» police first or the «province» alone (TT 73/2024 Đ24 k1b).
RESIDENCE_TEST = os.environ.get("RESIDENCE_TEST", "commune")
# How papers speak an empty ten in a sum of money: «linh» in the north, «lẻ» in the south.
AMOUNT_ZERO_TENS = os.environ.get("AMOUNT_ZERO_TENS", "linh")
SPEED_TOLERANCE_TENTHS = int(os.environ.get("SPEED_TOLERANCE_TENTHS", "30"))  # ±3 km/h, ĐLVN 157

# Other systems, each a server that speaks the real protocol; sandboxes by default.
REGISTER_URL = os.environ.get("REGISTER_URL", "http://127.0.0.1:8801")
AGENCIES_URL = os.environ.get("AGENCIES_URL", "http://127.0.0.1:8803")
# Messages to people: each channel is off until its variables are set (config/messages.py).
MESSAGES = message_settings(os.environ)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        **{name: {"level": "ERROR"} for name in ("weasyprint", "fontTools")},
        **{name: {"level": "WARNING"} for name in ("pikepdf", "httpx")},
    },
}
