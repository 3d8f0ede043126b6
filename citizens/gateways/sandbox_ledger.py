"""Keep the sandbox bank's books in one SQLite file, so that a killed process loses nothing.

A payment and the messages it owes the merchant are written in one transaction; a message that
was under way when the process died is sent again after the restart, as a real bank would.
Amounts are VNPAY's hundredths of a đồng; days and moments are digits in GMT+7.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

from citizens.gateways.sandbox_scenarios import FLAWED_ANSWERS, Scenario

GMT7 = timezone(timedelta(hours=7))
FIRST_TRANSACTION_NO = 14_000_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token TEXT NOT NULL UNIQUE,
    txn_ref TEXT NOT NULL,
    create_date TEXT NOT NULL,
    expire_date TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    order_info TEXT NOT NULL,
    return_url TEXT NOT NULL,
    scenario TEXT NOT NULL DEFAULT '',
    response_code TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT '01',
    transaction_no TEXT NOT NULL DEFAULT '0',
    pay_date TEXT NOT NULL DEFAULT '',
    flawed_answers_left INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS one_ref_a_day ON payments (txn_ref, substr(create_date, 1, 8));
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL REFERENCES payments,
    response_code TEXT NOT NULL,
    status TEXT NOT NULL,
    flaw TEXT NOT NULL,
    due_at_ms INTEGER NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'done')),
    last_reply TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS requests (
    day TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (day, request_id)
);
CREATE TABLE IF NOT EXISTS refunds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL REFERENCES payments,
    kind TEXT NOT NULL CHECK (kind IN ('02', '03')),
    amount INTEGER NOT NULL CHECK (amount > 0),
    made_on TEXT NOT NULL
);
"""


class Ledger:
    """Store payments, owed messages, request ids and refunds.

    One connection behind one lock: a sandbox does not need more, and every method stays atomic
    among the server's threads.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        with self._writing() as connection:
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
            # Whatever was on the wire when the process died may not have arrived.
            connection.execute("UPDATE messages SET state = 'waiting' WHERE state = 'sending'")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def open_payment(self, params: Mapping[str, str], token: str) -> sqlite3.Row | None:
        """Book the arrival of a payer, or find the payment again when the link is reopened.

        Returns None if the reference was used today for a different order.
        """
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO payments (token, txn_ref, create_date, expire_date, amount,"
                " order_info, return_url) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    token,
                    params["vnp_TxnRef"],
                    params["vnp_CreateDate"],
                    params["vnp_ExpireDate"],
                    int(params["vnp_Amount"]),
                    params["vnp_OrderInfo"],
                    params["vnp_ReturnUrl"],
                ),
            )
            return self._one(
                "SELECT * FROM payments"
                " WHERE txn_ref = ? AND create_date = ? AND amount = ? AND return_url = ?",
                params["vnp_TxnRef"],
                params["vnp_CreateDate"],
                int(params["vnp_Amount"]),
                params["vnp_ReturnUrl"],
            )

    def payment_by_token(self, token: str) -> sqlite3.Row | None:
        """Find the payment whose page carries this token."""
        return self._one("SELECT * FROM payments WHERE token = ?", token)

    def payment_by_order(self, txn_ref: str, create_date: str) -> sqlite3.Row | None:
        """Find the payment of a merchant's reference and the date signed with it."""
        return self._one(
            "SELECT * FROM payments WHERE txn_ref = ? AND create_date = ?", txn_ref, create_date
        )

    def settle(
        self, payment_id: int, scenario: Scenario, *, at: datetime, due_at_ms: Mapping[str, int]
    ) -> bool:
        """Fix the end of a payment and the messages it owes, once.

        Returns False when another request was faster; the first end stands.
        """
        number = str(FIRST_TRANSACTION_NO + payment_id) if scenario.money_moved else "0"
        with self._writing() as connection:
            settled = connection.execute(
                "UPDATE payments SET scenario = ?, response_code = ?, status = ?, pay_date = ?,"
                " transaction_no = ?, flawed_answers_left = ? WHERE id = ? AND scenario = ''",
                (
                    scenario.key,
                    scenario.response_code,
                    scenario.transaction_status,
                    at.astimezone(GMT7).strftime("%Y%m%d%H%M%S"),
                    number,
                    FLAWED_ANSWERS if scenario.query_flaw else 0,
                    payment_id,
                ),
            )
            if not settled.rowcount:
                return False
            connection.executemany(
                "INSERT INTO messages (payment_id, response_code, status, flaw, due_at_ms)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        payment_id,
                        message.response_code,
                        message.transaction_status,
                        message.flaw,
                        due_at_ms[message.wait],
                    )
                    for message in scenario.messages
                ],
            )
            return True

    def take_due_messages(self, now_ms: int) -> list[sqlite3.Row]:
        """Mark the messages whose time has come as being sent and return them."""
        with self._writing():
            due = self._all(
                "SELECT messages.id AS message_id, messages.response_code AS message_code,"
                " messages.status AS message_status, flaw, calls, payments.* FROM messages"
                " JOIN payments ON payments.id = payment_id"
                " WHERE state = 'waiting' AND due_at_ms <= ? ORDER BY messages.id",
                now_ms,
            )
            for message in due:
                self._connection.execute(
                    "UPDATE messages SET state = 'sending' WHERE id = ?", (message["message_id"],)
                )
            return due

    def note_reply(self, message_id: int, reply: str, *, again_at_ms: int | None) -> None:
        """Write down what the merchant said and when to call again, if at all."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE messages SET calls = calls + 1, last_reply = ?, state = ?,"
                " due_at_ms = coalesce(?, due_at_ms) WHERE id = ?",
                (reply, "done" if again_at_ms is None else "waiting", again_at_ms, message_id),
            )

    def messages_of(self, payment_id: int) -> list[sqlite3.Row]:
        """List the messages of a payment in the order they were planned."""
        return self._all("SELECT * FROM messages WHERE payment_id = ? ORDER BY id", payment_id)

    def use_request_id(self, request_id: str, day: str) -> bool:
        """Take a request id for the day; False if it was used before."""
        with self._writing() as connection:
            taken = connection.execute(
                "INSERT OR IGNORE INTO requests (day, request_id) VALUES (?, ?)", (day, request_id)
            )
            return taken.rowcount == 1

    def use_flawed_answer(self, payment_id: int) -> bool:
        """Take one of the misbehaving answers a payment still has; False when none is left."""
        with self._writing() as connection:
            taken = connection.execute(
                "UPDATE payments SET flawed_answers_left = flawed_answers_left - 1"
                " WHERE id = ? AND flawed_answers_left > 0",
                (payment_id,),
            )
            return taken.rowcount == 1

    def book_refund(self, payment_id: int, kind: str, amount: int, *, on: str) -> int | None:
        """Book a refund if the rest of the payment covers it; returns its number or None."""
        with self._writing() as connection:
            booked = connection.execute(
                "INSERT INTO refunds (payment_id, kind, amount, made_on)"
                " SELECT id, ?, ?, ? FROM payments WHERE id = ? AND status = '00' AND amount >= ?"
                " + (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = payments.id)",
                (kind, amount, on, payment_id, amount),
            )
            return booked.lastrowid if booked.rowcount == 1 else None

    def refunds_of(self, payment_id: int) -> list[sqlite3.Row]:
        """List the refunds of a payment, oldest first."""
        return self._all("SELECT * FROM refunds WHERE payment_id = ? ORDER BY id", payment_id)

    def payments_of_day(self, day: str) -> list[sqlite3.Row]:
        """List the payments that succeeded on a day (yyyymmdd in GMT+7)."""
        return self._all(
            "SELECT * FROM payments WHERE status = '00' AND substr(pay_date, 1, 8) = ? ORDER BY id",
            day,
        )

    def refunds_of_day(self, day: str) -> list[sqlite3.Row]:
        """List the refunds booked on a day (yyyymmdd in GMT+7) with their payments."""
        return self._all(
            "SELECT payments.*, refunds.id AS refund_id, refunds.amount AS refund_amount, made_on"
            " FROM refunds JOIN payments ON payments.id = payment_id"
            " WHERE substr(made_on, 1, 8) = ? ORDER BY refunds.id",
            day,
        )

    def latest_payments(self) -> list[sqlite3.Row]:
        """List the newest payments with what the merchant last answered."""
        return self._all(
            "SELECT payments.*, (SELECT sum(calls) FROM messages WHERE payment_id = payments.id)"
            " AS calls, (SELECT last_reply FROM messages WHERE payment_id = payments.id"
            " ORDER BY id DESC LIMIT 1) AS last_reply FROM payments ORDER BY id DESC LIMIT 50"
        )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _one(self, sql: str, *values: str | int) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: str | int) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()
