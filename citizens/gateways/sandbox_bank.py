"""Run a bank of our own that speaks VNPAY 2.1.0 over HTTP, for development and acceptance.

    python -m citizens.gateways.sandbox_bank --port 8802 --terminal PORTAL01
        --secret-env VNPAY_SECRET --ipn-url http://127.0.0.1:8000/… --data bank.sqlite3

It is another process with its own books and its own signing code, knows nothing of the portal
and never starts in production. It prints `ready http://…` once it listens and ends on SIGTERM.
"""

import argparse
import os
import signal
import sys
import threading
from datetime import datetime
from fractions import Fraction
from http.server import ThreadingHTTPServer
from sqlite3 import Row

from citizens.gateways import sandbox_signing as signing
from citizens.gateways.sandbox_api import Answer, Desk
from citizens.gateways.sandbox_counter import Handler
from citizens.gateways.sandbox_ledger import GMT7, Ledger
from citizens.gateways.sandbox_messages import Messenger, now_ms, result_params, signed_url
from citizens.gateways.sandbox_scenarios import SCENARIOS, Scenario


class SandboxBank(ThreadingHTTPServer):
    """Hold what the request handlers share: books, messenger, desk and settings."""

    daemon_threads = True

    def __init__(self, options: argparse.Namespace, secret: str) -> None:
        super().__init__((options.host, options.port), Handler)
        self.terminal: str = options.terminal
        self.beneficiary: str = options.beneficiary
        self.ledger = Ledger(options.data)
        self.desk = Desk(self.ledger, terminal=self.terminal, secret=secret)
        self.messenger = Messenger(
            self.ledger,
            ipn_url=options.ipn_url,
            terminal=self.terminal,
            secret=secret,
            retry_ms=options.retry_seconds,
        )
        self.slow_ms: int = options.slow_seconds
        self._gap_ms: int = options.gap_seconds
        self._secret = secret

    @property
    def address(self) -> str:
        """Give the address under which this process listens."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def signature_is_valid(self, params: dict[str, str]) -> bool:
        """Check a PAY link with the bank's own signing code."""
        expected = signing.sign_link(self._secret, params)
        return signing.equal(params.get("vnp_SecureHash", ""), expected)

    def settle(self, payment: Row, scenario: Scenario) -> None:
        """End a payment and start telling the merchant; a second call changes nothing."""
        now = now_ms()
        due_at_ms = {"now": now, "gap": now + self._gap_ms, "slow": now + self.slow_ms}
        settled = self.ledger.settle(
            payment["id"], scenario, at=datetime.now(GMT7), due_at_ms=due_at_ms
        )
        self.messenger.wake()
        if settled and scenario.return_waits_for_message:
            self.messenger.wait_for_first_call(payment["id"])

    def return_link(self, payment: Row) -> str:
        """Write the signed address that takes the browser back to the merchant."""
        codes = SCENARIOS[payment["scenario"]].return_codes
        params = result_params(payment, self.terminal, codes)
        return signed_url(payment["return_url"], params, self._secret)

    def answer_api(self, request: dict[str, str], response_id: str) -> Answer:
        """Answer a QueryDR or Refund request by the bank's clock."""
        return self.desk.answer(request, response_id=response_id, at=datetime.now(GMT7))


def milliseconds(text: str) -> int:
    """Read seconds such as `300` or `0.2` as whole milliseconds."""
    value = int(Fraction(text) * 1000)
    if value < 0:
        raise argparse.ArgumentTypeError("seconds cannot be negative")
    return value


def parse_options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="sandbox_bank", description="VNPAY 2.1.0 sandbox bank")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 lets the system choose")
    parser.add_argument("--terminal", required=True, help="the merchant's vnp_TmnCode")
    parser.add_argument("--secret-env", required=True, help="name of the variable with the secret")
    parser.add_argument("--ipn-url", required=True, help="where the merchant takes IPN calls")
    parser.add_argument("--data", default=":memory:", help="SQLite file that survives a restart")
    parser.add_argument("--beneficiary", default="Kho bạc Nhà nước (mẫu)")
    for name, default, meaning in (
        ("retry", "300", "between two IPN calls"),
        ("gap", "3", "before a late or second IPN"),
        ("slow", "20", "of delay in the slow scenario"),
    ):
        parser.add_argument(
            f"--{name}-seconds", type=milliseconds, default=default, help=f"seconds {meaning}"
        )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    options = parse_options(arguments)
    secret = os.environ.get(options.secret_env, "")
    if not secret:
        print(f"The variable {options.secret_env} holds no secret.", file=sys.stderr)
        return 2
    bank = SandboxBank(options, secret)

    def stop(*_: object) -> None:
        # shutdown() waits for the serving loop, so it must not run inside it.
        threading.Thread(target=bank.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    bank.messenger.start()
    print(f"ready {bank.address}", flush=True)
    bank.serve_forever(poll_interval=0.1)
    bank.messenger.stop()
    bank.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
