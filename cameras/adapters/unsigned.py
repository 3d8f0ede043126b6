"""What the adapters of devices that sign nothing share: no nonce, at most a password."""

from datetime import datetime

from cameras.adapters.contract import RawEnvelope, Rejected, Secrets
from cameras.adapters.http_credentials import prove_by_password


class Unsigned:
    """A dialect without signatures. It holds no state."""

    def replay_token(self, envelope: RawEnvelope) -> str | None:
        """Return nothing: an unsigned delivery has no nonce; identical pictures show a replay."""
        return None


class ProvenByPassword(Unsigned):
    """A dialect whose devices may be asked for a password (HTTP Digest or Basic)."""

    #: The realm a device is asked for its password with: ours, as the register keeps it.
    realm = "intake"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return C for the registered password, D where none is registered, else why not."""
        return prove_by_password(envelope, secrets, self.realm, now)
