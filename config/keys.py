"""Find the portal's secrets: the environment first, else a private file made for this clone.

Production sets every name in the environment. With nothing set (the one-command demo) random
values are made once and kept in ``.data/keys.json``, readable by its owner alone, so that a second
start still opens the sessions and look-up codes of the first.
"""

import json
import os
import secrets
import tempfile
from pathlib import Path

NAMES = (
    "SECRET_KEY",  # Django: sessions, CSRF, signed forms
    "LOOKUP_CODE_KEY",  # derives the code printed on a paper from the paper's id
    "LOOKUP_PEPPER",  # keyed digest under which codes, plates and addresses are stored
    "VNPAY_SECRET",  # shared with the payment gateway
    "REGISTER_TOKEN",  # bearer token for the vehicle register
    "AGENCIES_TOKEN",  # bearer token for the other agencies: inspection, registration and so on
    "PARTNER_KEY",  # keyed digests of API keys; secrets of webhooks are derived from it
    "CUSTODY_SIGNING_KEY",  # the key that signs custody checkpoints is derived from it (Ed25519)
    "STAMP_SIGNING_KEY",  # the key that signs the QR of a paper is derived from it (Ed25519)
    "SIGNING_KEYS_PASSWORD",  # opens the PKCS#12 files of the keys that seal papers
    "ACCOUNT_KEY",  # seals what accounts of citizens keep: identity numbers, copies of data
    "IDENTITY_SECRET",  # shared with the identity provider
    "REGISTER_ADMIN_TOKEN",  # lets the demo add fictitious vehicles to the sandbox register
)


SHORTEST = 32  # bytes; a shorter key would be guessed, or refused at the first signature


def load_keys(data_dir: Path) -> dict[str, str]:
    """Return every secret by name.

    Raises ValueError for a key that is too short, and KeyError, naming the variable, when some but
    not all are set in the environment: half a configuration would sign with one key and verify
    with another.
    """
    from_environment = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    for name, value in from_environment.items():
        if len(value.encode()) < SHORTEST:
            raise ValueError(f"{name} is too short: give it at least {SHORTEST} random bytes.")
    if len(from_environment) == len(NAMES):
        return from_environment
    if from_environment and os.environ.get("DATABASE_URL"):
        missing = sorted(set(NAMES) - set(from_environment))
        raise KeyError(f"Set these secrets in the environment too: {', '.join(missing)}")
    return _kept_in(data_dir / "keys.json") | from_environment


def former_keys(name: str) -> tuple[str, ...]:
    """Return the keys that opened something before today's, newest first; commas between them.

    Raises ValueError for one that is too short: it never was a key of ours.
    """
    former = tuple(key.strip() for key in os.environ.get(name, "").split(",") if key.strip())
    if any(len(key.encode()) < SHORTEST for key in former):
        raise ValueError(f"{name} holds a key of less than {SHORTEST} bytes; no key was so short.")
    return former


def _kept_in(path: Path) -> dict[str, str]:
    """Read the private file, adding the names it lacks; the first of two racing starts wins."""
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if all(name in kept for name in NAMES):
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    complete = {name: kept.get(name) or secrets.token_urlsafe(48) for name in NAMES}
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
        json.dump(complete, draft)
    os.chmod(draft.name, 0o600)
    if kept:
        os.replace(draft.name, path)
        return complete
    try:
        os.link(draft.name, path)
    except FileExistsError:
        complete = json.loads(path.read_text())
    os.unlink(draft.name)
    return complete
