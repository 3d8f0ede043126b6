"""What the sandbox says of a person, and the faults it can be told to make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.contrib.auth.base_user import AbstractBaseUser

from citizens.identity_sandbox.people import person_by

FAULTS = {
    "none": "Đúng, mức độ 2",
    "level": "Chỉ mức độ 1 (LoA1)",
    "refused": "Từ chối đăng nhập",
    "nonce": "Sai nonce trong mã thông báo",
    "state": "Sai state khi quay lại",
    "issuer": "Sai nơi phát hành (issuer)",
}
#: What was chosen at the last sign-in of each account, by its key; the process is one.
CHOSEN: dict[str, str] = {}


class SandboxAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth is untyped
    """The claims of the national portal, with the level of assurance in ``acr``."""

    def get_claims(
        self,
        purpose: str,
        user: AbstractBaseUser,
        client: Any,
        scopes: Iterable[str],
        email: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Return the particulars of a person; the same in the ID token and in userinfo."""
        person = person_by(user.get_username())
        assert person is not None  # the page makes accounts of numbers alone
        return {"sub": self.get_user_sub(client, user)} | person.claims

    def populate_id_token(
        self, id_token: dict[str, Any], client: Any, scopes: Iterable[str], **more: Any
    ) -> None:
        """Add the level, and make the fault that was chosen."""
        fault = CHOSEN.get(id_token["sub"], "none")
        id_token["acr"] = "LoA1" if fault == "level" else "LoA2"
        if fault == "nonce":
            id_token["nonce"] = "mot-nonce-khac"
        if fault == "issuer":
            id_token["iss"] = "https://noi-khac.example"
