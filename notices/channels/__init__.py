"""The electronic ways to a person: the inbox, e-mail and text messages, each behind one shape.

NĐ 118/2021/NĐ-CP Đ28a, Đ28b. An e-mail or a text message only tells that a paper waits in the
inbox: it holds no link, no name and no amount. Its arrival starts no clock; the opening does.
"""

from __future__ import annotations

from typing import Protocol

from notices.channels.texts import Message

TIMEOUT_SECONDS = 10.0
MOST_RECEIPT = 160


class ChannelError(Exception):
    """The gateway could not be reached or did not take the message now; the text is its reason."""


class Undeliverable(ChannelError):
    """The gateway says that this address takes no message, now or later."""


class Channel(Protocol):
    """What sends one message. ``key`` is the same for every try, so that nothing is sent twice."""

    def send(self, *, key: str, destination: str, message: Message) -> str:
        """Send and return the gateway's receipt. Raises ChannelError.

        Neither destination nor text stands in the words of an error.
        """
        ...
