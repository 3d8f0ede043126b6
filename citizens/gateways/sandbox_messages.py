"""Tell the merchant: build the signed IPN and return links and deliver the IPN with retries."""

import http.client
import json
import threading
import time
from collections.abc import Mapping
from sqlite3 import Row
from urllib.parse import urlsplit

from citizens.gateways import sandbox_signing as signing
from citizens.gateways.sandbox_ledger import Ledger

MAX_CALLS = 10
CALL_TIMEOUT_SECONDS = 10
FINAL_REPLIES = {"00", "02"}


def result_params(payment: Row, terminal: str, codes: tuple[str, str]) -> dict[str, str]:
    """Write the fields that IPN and return share. VNPAY 2.1.0."""
    moved = codes[1] in {"00", "04", "07"}
    return {
        "vnp_Amount": str(payment["amount"]),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{payment['transaction_no']}" if moved else "",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": payment["order_info"],
        "vnp_PayDate": payment["pay_date"],
        "vnp_ResponseCode": codes[0],
        "vnp_TmnCode": terminal,
        "vnp_TransactionNo": payment["transaction_no"] if moved else "0",
        "vnp_TransactionStatus": codes[1],
        "vnp_TxnRef": payment["txn_ref"],
    }


def signed_url(base: str, params: Mapping[str, str], secret: str) -> str:
    """Append signed parameters to an address that may already have a query."""
    glue = "&" if "?" in base else "?"
    signature = signing.sign_link(secret, params)
    return f"{base}{glue}{signing.link_text(params)}&vnp_SecureHash={signature}"


def message_url(base: str, message: Row, terminal: str, secret: str) -> str:
    """Write the IPN address of a message, with the flaw it is meant to have."""
    codes = (message["message_code"], message["message_status"])
    params = result_params(message, terminal, codes)
    if message["flaw"] == "amount":
        params["vnp_Amount"] = str(message["amount"] + 100_000)
    if message["flaw"] == "md5":
        glue = "&" if "?" in base else "?"
        old = signing.sign_version_2_0_0(secret, params)
        text = signing.link_text(params)
        return f"{base}{glue}{text}&vnp_SecureHashType=MD5&vnp_SecureHash={old}"
    url = signed_url(base, params, secret)
    if message["flaw"] == "hash":
        url = url[:-1] + ("1" if url.endswith("0") else "0")
    return url


class Messenger(threading.Thread):
    """Deliver owed messages until the merchant answers 00 or 02, at most ten times each."""

    def __init__(
        self, ledger: Ledger, *, ipn_url: str, terminal: str, secret: str, retry_ms: int
    ) -> None:
        super().__init__(daemon=True)
        self._ledger = ledger
        self._ipn_url = ipn_url
        self._terminal = terminal
        self._secret = secret
        self._retry_ms = retry_ms
        self._wake = threading.Event()
        self._stopping = False

    def run(self) -> None:
        """Send what is due, each message in its own thread so that calls can really collide."""
        while not self._stopping:
            self._wake.clear()
            for message in self._ledger.take_due_messages(now_ms()):
                threading.Thread(target=self._deliver, args=(message,), daemon=True).start()
            self._wake.wait(0.05)

    def wake(self) -> None:
        """Look for due messages at once."""
        self._wake.set()

    def stop(self) -> None:
        """Send nothing more; what is owed stays in the ledger."""
        self._stopping = True
        self._wake.set()

    def wait_for_first_call(self, payment_id: int) -> None:
        """Return when the merchant has heard of the payment, or after the call's time limit."""
        deadline = time.monotonic() + CALL_TIMEOUT_SECONDS
        while time.monotonic() < deadline and not self._stopping:
            if any(message["calls"] for message in self._ledger.messages_of(payment_id)):
                return
            time.sleep(0.02)

    def _deliver(self, message: Row) -> None:
        reply = self._call(message_url(self._ipn_url, message, self._terminal, self._secret))
        finished = reply in FINAL_REPLIES or message["calls"] + 1 >= MAX_CALLS
        again_at_ms = None if finished else now_ms() + self._retry_ms
        self._ledger.note_reply(message["message_id"], reply, again_at_ms=again_at_ms)

    def _call(self, url: str) -> str:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=CALL_TIMEOUT_SECONDS)
        try:
            connection.request("GET", f"{parts.path or '/'}?{parts.query}")
            response = connection.getresponse()
            body = response.read(8192)
            if response.status != 200:
                return f"HTTP {response.status}"
            return str(json.loads(body)["RspCode"])[:8]
        except (OSError, http.client.HTTPException):
            return "no answer"
        except (ValueError, KeyError, TypeError):
            return "unreadable"
        finally:
            connection.close()


def now_ms() -> int:
    """Return the wall clock in milliseconds, which also holds across a restart."""
    return time.time_ns() // 1_000_000
