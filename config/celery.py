"""The task queue: Celery over the portal's own PostgreSQL (PGMQ), or another broker by address.

The queue carries ids only; the rows in PostgreSQL are the truth. A task is therefore written so
that running it twice does no harm, and a beat sweep re-sends what was lost. Send with
``task.delay_on_commit(...)``: the queue has its own connection, so a plain ``delay()`` inside a
transaction may be picked up before the row is there, or though it never will be.

Run, each as its own process::

    celery -A config worker --without-gossip --without-mingle --without-heartbeat --loglevel INFO
    celery -A config beat --pidfile= --loglevel INFO

Exactly one beat; as many workers as wanted. The three flags (and no remote control, see settings)
matter over PGMQ: each of those services would make every worker create queues of its own, which
the runtime role may not do. So ``celery inspect`` does not work there; look at the queue with
``SELECT * FROM pgmq.metrics_all()``.

What the database must have is made by its owner, with ``manage.py grant_runtime`` after every
``migrate``; web and worker then need no right to create anything.

A message that a killed worker had taken comes back after ``visibility_timeout`` seconds. That is
also the longest a task may take before a second worker starts it, so it lies above
``CELERY_TASK_TIME_LIMIT``; a retry's countdown must stay below it.
"""

import importlib
import os
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from kombu import Queue
from pgmq.install import get_embedded_install_sql
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

QUEUE = "portal"
# A camera waits for its acknowledgement while a task is sent: with a broker that is down, kombu's
# own patience is six seconds. The sweeps send what is lost.
PATIENCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
INSTALL_LOCK = 0x706F7274616C  # any number of our own: two installations must not interleave
QUEUE_STANDS = """
SELECT EXISTS (
    SELECT FROM pg_trigger
    WHERE tgrelid = to_regclass('pgmq.q_' || %(queue)s)
      AND tgname = 'trigger_notify_queue_insert_listeners'
) AND EXISTS (
    SELECT FROM pgmq.notify_insert_throttle
    WHERE queue_name = %(queue)s AND throttle_interval_ms = 0
)
"""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def uses_database(broker_url: str) -> bool:
    """Whether this broker address means PGMQ, the queue inside a PostgreSQL."""
    return urlsplit(broker_url).scheme == "pgmq"


def task_queues(broker_url: str) -> list[Queue]:
    """Return the queues to use; over PGMQ they are declared by the owner, not by each process."""
    return [Queue(QUEUE, no_declare=uses_database(broker_url))]


def broker_options(
    broker_url: str, database_url: str, *, visibility_timeout: int
) -> dict[str, object]:
    """Return Celery's ``broker_transport_options``; ``pgmq://database`` means our own database.

    ``visibility_timeout`` is in seconds. The transport is imported here, when the process starts:
    left to itself Celery imports it in the first request that sends a task, half a second late.
    """
    if not uses_database(broker_url):
        keeps_unacknowledged = urlsplit(broker_url).scheme in ("redis", "rediss", "sentinel")
        keeps = {"visibility_timeout": visibility_timeout} if keeps_unacknowledged else {}
        return PATIENCE | keeps
    importlib.import_module("kombu.transport.pgmq")
    own = urlsplit(broker_url).netloc in ("database", "")
    address = database_url if own else broker_url.replace("pgmq", "postgresql", 1)
    return {
        "conn_string": _conninfo_for_pgmq(address),
        "init_extension": False,
        "visibility_timeout": visibility_timeout,
        # A new message wakes the worker by NOTIFY, every one (no throttle). The interval serves
        # what is not announced: a slot that falls free, and a message whose time-out has passed.
        "use_notify": True,
        "notify_throttle_interval_ms": 0,
        "polling_interval": 0.05,
        "wait_time_seconds": 0,  # else each wait is a busy loop inside PostgreSQL
        "pool_size": 2,  # one reads while another acknowledges; the default is 10 a process
    }


def install_queue(connection: BaseDatabaseWrapper) -> None:
    """Create the queue's schema and queues, as the owner of the database; safe to repeat.

    A queue that stands with its notifications is left alone. Both of PGMQ's functions lock the
    table even when nothing is to be done: the first keeps a worker from taking the message it has
    just found, the second drops the trigger and makes it again, and the two in one transaction
    are a deadlock with that worker.

    Workers switch notifications on when they start to consume. That function alters a table, so
    it runs with its owner's rights, and ``grant_runtime`` lets the runtime role call it.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INSTALL_LOCK])
        cursor.execute("SELECT to_regtype('pgmq.message_record') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(get_embedded_install_sql())
        cursor.execute(QUEUE_STANDS, {"queue": QUEUE})
        if not cursor.fetchone()[0]:
            cursor.execute("SELECT pgmq.create(%s)", [QUEUE])
            cursor.execute("SELECT pgmq.enable_notify_insert(%s, 0)", [QUEUE])
        cursor.execute(
            "ALTER FUNCTION pgmq.enable_notify_insert(text, integer)"
            " SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
        )
        cursor.execute(
            "REVOKE EXECUTE ON FUNCTION pgmq.enable_notify_insert(text, integer) FROM PUBLIC"
        )


def _conninfo_for_pgmq(address: str) -> str:
    """Write a database address so that the PGMQ client, which rebuilds it, keeps it whole.

    The client keeps five values and joins them unquoted: a Unix socket's folder loses its case, a
    password with a space breaks, and ``sslmode`` is dropped. So the five go in already quoted, and
    the others through the environment variables that libpq reads (``PGSSLMODE`` and so on).
    """
    values: dict[str, Any] = conninfo_to_dict(address)
    five = {name: values.pop(name, "") for name in ("host", "port", "dbname", "user", "password")}
    variables = {option.keyword: option.envvar for option in pq.Conninfo.get_defaults()}
    for name, value in values.items():
        variable = variables[name.encode()]
        if variable is None:
            raise ValueError(
                f"The queue cannot take the database option {name!r}: set it in a"
                " service file (PGSERVICEFILE), or use another CELERY_BROKER_URL."
            )
        os.environ[variable.decode()] = str(value)
    return make_conninfo(**{name: _quoted(str(value)) for name, value in five.items()})


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
