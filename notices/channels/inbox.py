"""The inbox of this portal (hộp thư văn bản): a paper lies there from the moment it is noted."""

from __future__ import annotations

from notices.channels import Message


class Inbox:
    """Nothing leaves the house: the paper's own row makes it visible to whoever it is for."""

    def send(self, *, key: str, destination: str, message: Message) -> str:
        """Return the receipt; there is nothing to send."""
        return f"inbox:{key[:8]}"
