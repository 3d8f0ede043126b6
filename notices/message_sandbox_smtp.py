"""A small SMTP server (RFC 5321) that catches what is sent and can behave badly on demand.

It knows what one client needs: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT. Nothing is relayed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from email import policy
from email.parser import BytesParser

from notices.message_sandbox_book import Book

MOST_BYTES = 1024 * 1024
MOST_LINE = 4096
PATH = re.compile(rb"(?:FROM|TO):\s*<([^<>\r\n]{0,254})>", re.IGNORECASE)
SLOW_SECONDS = 2.0
SILENT_SECONDS = 60.0


class HungUp(Exception):
    """The scenario ends the connection."""


class MailCatcher:
    """One server: each connection is a conversation of its own."""

    def __init__(self, book: Book) -> None:
        self.book = book

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Begin to listen; returns the running server."""
        return await asyncio.start_server(self._talk, host, port, limit=MOST_LINE)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(HungUp, ConnectionError, asyncio.IncompleteReadError, ValueError):
            await self._say(writer, "220 sandbox ESMTP")
            await self._conversation(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _conversation(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        sender = ""
        recipients: list[str] = []
        while line := await reader.readline():
            verb = line[:4].upper()
            found = PATH.search(line)
            if verb == b"EHLO":
                await self._say(writer, "250-sandbox", "250-8BITMIME", "250 SIZE 1048576")
            elif verb == b"MAIL" and found:
                sender, recipients = found[1].decode("ascii", "replace"), []
                await self._say(writer, "250 OK")
            elif verb == b"RCPT" and found and sender:
                await self._recipient(found[1].decode("ascii", "replace"), recipients, writer)
            elif verb == b"DATA" and recipients:
                await self._say(writer, "354 go on, end with a dot")
                await self._data(reader, writer, recipients)
                sender, recipients = "", []
            elif verb == b"QUIT":
                await self._say(writer, "221 bye")
                return
            elif verb in (b"HELO", b"NOOP", b"RSET"):
                await self._say(writer, "250 OK")
            else:
                await self._say(writer, "503 bad sequence of commands")

    async def _recipient(
        self, address: str, recipients: list[str], writer: asyncio.StreamWriter
    ) -> None:
        scenario = self.book.scenarios["email"]
        if scenario == "refuse":
            await self._say(writer, "550 5.1.1 no such mailbox")
        elif scenario == "unavailable":
            await self._say(writer, "451 4.3.0 try again later")
        else:
            recipients.append(address)
            await self._say(writer, "250 OK")

    async def _data(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipients: list[str]
    ) -> None:
        lines: list[bytes] = []
        while (line := await reader.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
            if sum(map(len, lines)) > MOST_BYTES:
                await self._say(writer, "552 too large")
                raise HungUp
        if not line:
            raise HungUp  # cut off before the dot: nothing was taken
        scenario = self.book.scenarios["email"]
        if scenario == "timeout":
            await asyncio.sleep(SILENT_SECONDS)
            raise HungUp
        self._keep(b"".join(lines), recipients)
        if scenario == "lost":
            raise HungUp
        if scenario == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        await self._say(writer, "250 taken")

    def _keep(self, raw: bytes, recipients: list[str]) -> None:
        mail = BytesParser(policy=policy.default).parsebytes(raw)
        key = str(mail["Message-ID"] or "").strip("<> ").rpartition("@")[0]
        body = mail.get_body(("plain",))
        self.book.take(
            "email",
            key or f"no-message-id-{len(self.book.messages)}",
            ", ".join(recipients),
            body.get_content() if body is not None else "",
            str(mail["Subject"] or ""),
        )

    @staticmethod
    async def _say(writer: asyncio.StreamWriter, *lines: str) -> None:
        writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await writer.drain()
