"""The sandbox bank as a real process, and a small merchant that takes its messages over HTTP."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx

from citizens.gateways.contract import ApplyResult, AttemptData, BadSignature
from citizens.gateways.vnpay import VnpayGateway

ROOT = Path(__file__).parents[2]
SECRET = "DEV-ONLY-SECRET-0123456789ABCDEF"
TERMINAL = "LOCAL001"
QUICK = ("--retry-seconds", "0.1", "--gap-seconds", "0.4", "--slow-seconds", "0.8")


REFERENCES = iter(range(1, 1000))


class Shop(ThreadingHTTPServer):
    """A small merchant: reads IPN calls with the real gateway and answers as it was told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ShopHandler)
        self.gateway = gateway_at("https://unused.example", httpx.Client())
        self.lock = threading.Lock()
        self.news: dict[str, list[tuple[str, int, float]]] = {}
        self.final: dict[str, str] = {}
        self.amounts: dict[str, int] = {}
        self.failures: dict[str, int] = {}
        self.replies: dict[str, list[str]] = {}
        self.stuck: dict[str, threading.Event] = {}

    @property
    def ipn_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/ipn?from=bank"

    def outcomes(self, ref: str) -> list[str]:
        with self.lock:
            return [outcome for outcome, _, _ in self.news.get(ref, [])]

    def take(self, query: str) -> ApplyResult:
        """Do the official checks in the official order, keeping what arrived."""
        ref = dict(parse_qsl(query)).get("vnp_TxnRef", "")
        try:
            news = self.gateway.parse_notification(query)
        except BadSignature:
            self._keep(ref, "bad signature", 0)
            return ApplyResult.BAD_SIGNATURE
        stuck = self.stuck.pop(ref, None)
        if stuck is not None:
            self._keep(ref, "stuck", 0)
            stuck.wait(10)
        with self.lock:
            if self.failures.get(ref, 0) > 0:
                self.failures[ref] -= 1
                self.news.setdefault(ref, []).append(("shop failed", 0, time.monotonic()))
                return ApplyResult.ERROR
        self._keep(ref, news.outcome, news.amount_vnd)
        with self.lock:
            if ref not in self.amounts:
                return ApplyResult.UNKNOWN_ORDER
            if self.amounts[ref] != news.amount_vnd:
                return ApplyResult.AMOUNT_DIFFERS
            if self.final.get(ref) in {"paid", news.outcome}:
                return ApplyResult.ALREADY_FINAL
            self.final[ref] = news.outcome
            return ApplyResult.RECORDED

    def _keep(self, ref: str, outcome: str, amount: int) -> None:
        with self.lock:
            self.news.setdefault(ref, []).append((outcome, amount, time.monotonic()))


class ShopHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        shop: Shop = self.server  # type: ignore[assignment] # http.server types it as the base class
        query = urlsplit(self.path).query
        reply = shop.gateway.reply(shop.take(query))
        code = json.loads(reply.body)["RspCode"]
        shop.replies.setdefault(dict(parse_qsl(query)).get("vnp_TxnRef", ""), []).append(code)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def gateway_at(address: str, http: httpx.Client, secret: str = SECRET) -> VnpayGateway:
    return VnpayGateway(
        terminal=TERMINAL,
        secret=secret,
        pay_url=f"{address}/paymentv2/vpcpay.html",
        api_url=f"{address}/merchant_webapi/api/transaction",
        http=http,
        clock=lambda: datetime.now(UTC),
    )


class Bank:
    """The bank's process and the ways to reach it."""

    def __init__(self, ipn_url: str, data: Path, *more: str, port: str = "0") -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "citizens.gateways.sandbox_bank", "--port", port),
                *("--terminal", TERMINAL, "--secret-env", "BANK_SECRET", "--ipn-url", ipn_url),
                *("--data", str(data), *(more or QUICK)),
            ],
            cwd=ROOT,
            env={"BANK_SECRET": SECRET, "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line
        self.address = line.split()[1]
        self.http = httpx.Client(timeout=20)
        self.gateway = gateway_at(self.address, self.http)

    @property
    def port(self) -> str:
        return self.address.rpartition(":")[2]

    def open(self, attempt: AttemptData) -> httpx.Response:
        return self.http.get(self.gateway.start(attempt).url)

    def choose(self, page: httpx.Response, **form: str) -> httpx.Response:
        """Do what a person does on the page: send its form with one choice."""
        token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
        return self.http.post(f"{self.address}/paymentv2/pay", data={"token": token, **form})

    def play(self, attempt: AttemptData, scenario: str) -> str:
        """Pay under a scenario; returns the query string the browser carries back."""
        answer = self.choose(self.open(attempt), scenario=scenario)
        assert answer.status_code == 302
        location = urlsplit(answer.headers["Location"])
        assert answer.headers["Location"].startswith(attempt.return_url)
        return location.query

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        self.http.close()
        self.process.send_signal(with_signal)
        code = self.process.wait(10)
        self.process.stdout.close()
        return code


@contextmanager
def running_shop() -> Iterator[Shop]:
    """Serve a merchant for the length of the block."""
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def new_attempt(shop: Shop, **changes: object) -> AttemptData:
    now = datetime.now(UTC).replace(microsecond=0)
    fields: dict[str, object] = {
        "merchant_ref": f"TEST{next(REFERENCES):06}",
        "amount_vnd": 5_000_000,
        "order_info": "Nop phat QD 123456 QDXP",
        "created_at": now,
        "expires_at": now + timedelta(minutes=15),
        "return_url": "http://127.0.0.1:8000/nop-phat/ket-qua/",
        "ip": "203.0.113.7",
        "locale": "vi",
    }
    made = AttemptData(**(fields | changes))  # type: ignore[arg-type] # test data by name
    shop.amounts[made.merchant_ref] = made.amount_vnd
    return made


def eventually(condition: Callable[[], object], *, within: float = 6) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def request_id() -> str:
    return f"REQ{next(REFERENCES)}T{time.time_ns() % 10**12}"
