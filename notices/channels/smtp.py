"""E-mail over SMTP (RFC 5321): one message, one recipient, the same Message-ID at every try."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from notices.channels import TIMEOUT_SECONDS, ChannelError, Message, Undeliverable

#: What may stand in a command; whoever recorded the address has looked more closely.
ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}")
PERMANENT = range(500, 600)
#: Answers that speak of our side or of the moment, not of the address (RFC 5321 section 4.2.3).
OUR_FAULT = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})


@dataclass(frozen=True)
class SmtpChannel:
    """One mail server; ``security`` is ``starttls``, ``tls`` or ``none``."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    security: str = "starttls"
    timeout: float = TIMEOUT_SECONDS

    def send(self, *, key: str, destination: str, message: Message) -> str:
        """Send one mail; returns the server's last words. Raises ChannelError.

        A server that has taken the mail and whose answer is lost gets it again under the same
        Message-ID, by which a mail box shows it once.
        """
        if not ADDRESS.fullmatch(destination):
            raise Undeliverable("no address")
        try:
            mail = self.mail(key, destination, message)
            with self._connected() as server:
                server.ehlo_or_helo_if_needed()
                self._ask(server.mail(self.sender))
                self._ask(server.rcpt(destination), speaks_of_address=True)
                said = self._ask(server.data(mail.as_bytes()), speaks_of_address=True)
        except ChannelError:
            raise
        except smtplib.SMTPResponseException as fault:
            raise ChannelError(f"SMTP {fault.smtp_code}") from None
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            raise ChannelError(type(fault).__name__) from None
        return f"SMTP {said}"

    def mail(self, key: str, destination: str, message: Message) -> EmailMessage:
        """Return the mail. Headers come from us alone, so nothing typed can add one."""
        domain = self.sender.rpartition("@")[2]
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.sender
        mail["To"] = destination
        mail["Subject"] = message.subject
        mail["Message-ID"] = f"<{key}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
        mail.set_content(message.body, cte="quoted-printable")
        return mail

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Open the connection; a failed goodbye changes nothing about what was taken."""
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            yield server
        finally:
            server.close()

    @staticmethod
    def _ask(answer: tuple[int, bytes], *, speaks_of_address: bool = False) -> int:
        code = answer[0]
        if code in (250, 251):
            return code
        if speaks_of_address and code in PERMANENT and code not in OUR_FAULT:
            raise Undeliverable(f"SMTP {code}")
        raise ChannelError(f"SMTP {code}")
