"""Bring the whole demonstration up and down: schema, seeds, servers, workers, cameras."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_urlsafe

from django.conf import settings

from config.demo.partners import SECRETS, join_partners
from config.demo.processes import Family, NotStarted, Process, answers, free_port, log_says
from config.demo.seeding import SignIn, seed

#: Shared with the catcher of messages; made anew for each run, both sides are started here.
MESSAGE_SECRETS = ("SMS_SECRET", "MESSAGES_REPORT_SECRET")


@dataclass
class Portal:
    """A running demonstration and how to reach its parts."""

    origin: str
    register_url: str
    bank_url: str
    agencies_url: str
    messages_url: str
    identity_url: str
    partner_url: str
    sign_ins: list[SignIn]
    device_keys: dict[str, str]
    partner_keys: dict[str, str]
    family: Family

    def sign_in(self, username: str) -> SignIn:
        """Return how one member of staff signs in."""
        return next(person for person in self.sign_ins if person.username == username)


def prepare(say: Callable[[str], None]) -> tuple[list[SignIn], dict[str, str]]:
    """Bring the schema, the runtime role's rights and the seeds up to date; again is harmless.

    Schema commands run as the owner, in processes of their own: this process, like web and worker,
    holds a role that cannot alter history. Raises NotStarted with the command's own words.
    """
    for command in ("migrate", "grant_runtime"):
        done = subprocess.run(  # noqa: S603  # our own command, no shell
            [sys.executable, "manage.py", command, "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise NotStarted(f"{command}: {done.stderr.strip()[-2000:]}")
    say("PostgreSQL")
    return seed()


@contextmanager
def portal(
    *, port: int, traffic_every_seconds: int | None, say: Callable[[str], None]
) -> Iterator[Portal]:
    """Run the whole portal for a while; everything started here is stopped on the way out."""
    sign_ins, device_keys = prepare(say)
    # Two portals that start at one moment would both find a fixed port free, and one would then
    # talk to the sandbox of the other: who asks for any port gets any for all of its parts.
    known = (8801, 8802, 8803, 8804, 8805, 8806, 8825)
    web, *beside = (free_port(each if port else 0) for each in (port, *known))
    register, bank, agencies, messages, identity, partner, mail = beside
    origin = f"http://127.0.0.1:{web}"
    register_url, bank_url = f"http://127.0.0.1:{register}", f"http://127.0.0.1:{bank}"
    agencies_url = f"http://127.0.0.1:{agencies}"
    messages_url = f"http://127.0.0.1:{messages}"
    identity_url, partner_url = f"http://127.0.0.1:{identity}", f"http://127.0.0.1:{partner}"
    secrets_of_messages = {name: token_urlsafe(48) for name in MESSAGE_SECRETS}
    logs = settings.DATA_DIR / "logs"
    python = sys.executable
    worker_ready = log_says(logs / "worker.log", "ready.")
    processes = [
        Process(
            "register",
            [
                python,
                "-m",
                "violations.registry_sandbox",
                "--port",
                str(register),
                "--data",
                str(settings.DATA_DIR / "register.json"),
                "--token-env",
                "REGISTER_TOKEN",
                "--admin-token-env",
                "REGISTER_ADMIN_TOKEN",
            ],
            answers(register_url),
            {
                "REGISTER_TOKEN": settings.KEYS["REGISTER_TOKEN"],
                "REGISTER_ADMIN_TOKEN": settings.KEYS["REGISTER_ADMIN_TOKEN"],
            },
        ),
        Process(
            "bank",
            [
                python,
                "-m",
                "citizens.gateways.sandbox_bank",
                "--port",
                str(bank),
                "--terminal",
                settings.VNPAY_TERMINAL,
                "--secret-env",
                "VNPAY_SECRET",
                "--ipn-url",
                f"{origin}/nop-phat/ipn/vnpay/",
                "--retry-seconds",
                "2",
                "--data",
                str(settings.DATA_DIR / "bank.json"),
            ],
            answers(bank_url),
            {"VNPAY_SECRET": settings.KEYS["VNPAY_SECRET"]},
        ),
        Process(
            "agencies",
            [
                python,
                "-m",
                "violations.agency_sandbox",
                "--port",
                str(agencies),
                "--data",
                str(settings.DATA_DIR / "agencies.json"),
                "--token-env",
                "AGENCIES_TOKEN",
            ],
            answers(agencies_url),
            {"AGENCIES_TOKEN": settings.KEYS["AGENCIES_TOKEN"]},
        ),
        Process(
            "messages",
            [
                python,
                "-m",
                "notices.message_sandbox",
                "--port",
                str(messages),
                "--smtp-port",
                str(mail),
                "--report-url",
                f"{origin}/tin-nhan/bao-tra/",
                "--data",
                str(settings.DATA_DIR / "messages.json"),
            ],
            answers(messages_url),
        ),
        Process(
            "identity",
            [
                python,
                "-m",
                "citizens.identity_sandbox",
                "--port",
                str(identity),
                "--client",
                settings.IDENTITY_CLIENT,
                "--return-url",
                f"{origin}/tai-khoan/dinh-danh/tra-loi/",
            ],
            answers(identity_url),
            {"IDENTITY_SECRET": settings.KEYS["IDENTITY_SECRET"]},
        ),
        Process(
            "partner",
            [
                python,
                "-m",
                "citizens.hook_sandbox",
                "--port",
                str(partner),
                "--secrets",
                str(settings.DATA_DIR / SECRETS),
                "--data",
                str(settings.DATA_DIR / "hooks.json"),
            ],
            answers(partner_url),
        ),
        Process(
            "web",
            [
                python,
                "-m",
                "gunicorn",
                "config.wsgi",
                "--bind",
                f"127.0.0.1:{web}",
                "--workers",
                "2",
                "--threads",
                "4",
                "--timeout",
                "60",
                "--graceful-timeout",
                "10",
            ],
            answers(f"{origin}/"),
        ),
        Process("inbox", [python, "manage.py", "drain_inbox"]),
        Process(
            "worker",
            [
                python,
                "-m",
                "celery",
                "-A",
                "config",
                "worker",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "--loglevel",
                "INFO",
            ],
            worker_ready,
        ),
        Process(
            "beat",
            [python, "-m", "celery", "-A", "config", "beat", "--pidfile=", "--loglevel", "INFO"],
        ),
    ]
    if traffic_every_seconds is not None:
        processes.append(
            Process(
                "cameras",
                [
                    python,
                    "manage.py",
                    "simulate",
                    "--origin",
                    origin,
                    "--every",
                    str(traffic_every_seconds),
                ],
            )
        )
    family = Family(
        processes,
        {
            "PORTAL_ORIGIN": origin,
            "REGISTER_URL": register_url,
            "AGENCIES_URL": agencies_url,
            "IDENTITY_ISSUER": identity_url,
            "VNPAY_PAY_URL": f"{bank_url}/paymentv2/vpcpay.html",
            "VNPAY_API_URL": f"{bank_url}/merchant_webapi/api/transaction",
            "PAYMENT_MOP_UP_SECONDS": "15",
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(mail),
            "MAIL_FROM": "khong-tra-loi@cong-mau.example",
            "MAIL_SECURITY": "none",
            "WEBHOOK_OPEN_NETWORKS": "1",
            "SMS_URL": f"{messages_url}/sms/v1/messages",
            **secrets_of_messages,
        },
        logs,
    )
    try:
        family.start(say)
        yield Portal(
            origin,
            register_url,
            bank_url,
            agencies_url,
            messages_url,
            identity_url,
            partner_url,
            sign_ins,
            device_keys,
            join_partners(partner_url),
            family,
        )
    finally:
        family.stop()


def watch(running: Portal, should_stop: Callable[[], bool]) -> list[str]:
    """Wait until somebody says stop or a process falls; returns the names of the fallen."""
    while not should_stop():
        fallen = running.family.fallen()
        if fallen:
            return fallen
        time.sleep(0.3)
    return []
