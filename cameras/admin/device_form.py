"""The form of a device: its key, its password, and a profile its adapter can use."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras import credentials, profiles
from cameras.device_states import Refused
from cameras.models import Device

SIGNED = "generic-signed"


class DeviceForm(forms.ModelForm):
    """A device; its key is pasted as text, its password typed once, its profile tried."""

    key_text = forms.CharField(
        label=_("Public key"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Ed25519, as PEM, base64 or hexadecimal; for signed push only."),
    )
    login_name = forms.CharField(
        label=_("Name the device signs in by"),
        required=False,
        max_length=credentials.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("For devices that prove themselves by a password (Digest or Basic)."),
    )
    login_password = forms.CharField(
        label=_("New password of the device"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Only its digest is kept; it is never shown again. Empty: it stays as it is."),
    )

    class Meta:
        model = Device
        fields = [
            "code", "serial", "vendor", "model", "firmware", "adapter", "profile", "site",
            "speed_method",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.public_key and "key_text" in self.fields:
            self.fields["key_text"].initial = shown_key(bytes(self.instance.public_key))
        if "login_name" in self.fields:
            self.fields["login_name"].initial = credentials.name_of(self.instance.credential)

    def clean_key_text(self) -> bytes | None:
        """Return the 32 bytes of the key. Raises ValidationError with what would be one."""
        text = self.cleaned_data["key_text"].strip()
        if not text:
            return None
        try:
            return read_key(text)
        except ValueError as error:
            raise forms.ValidationError(
                gettext("This is no Ed25519 public key. Paste 32 bytes as base64, or PEM.")
            ) from error

    def clean(self) -> dict[str, Any]:
        """Let the adapter try the profile, so that a slip shows here and not in lost pictures."""
        cleaned: dict[str, Any] = super().clean() or {}
        adapter = cleaned.get("adapter") or self.instance.adapter
        serial = cleaned.get("serial") or self.instance.serial
        profile = cleaned.get("profile")
        if adapter and profile is not None:
            try:
                profiles.check(Device(adapter=adapter, serial=serial), profile)
            except Refused as refused:
                self.add_error("profile", str(refused))
        if adapter == SIGNED and not cleaned.get("key_text") and not self.errors:
            self.add_error("key_text", gettext("A signed push needs the device's public key."))
        self._clean_login(cleaned, adapter)
        return cleaned

    def _clean_login(self, cleaned: dict[str, Any], adapter: str) -> None:
        """Turn name and password into what is kept; the digest holds the name too."""
        name = cleaned.get("login_name", "")
        password = cleaned.pop("login_password", "")
        known = credentials.name_of(self.instance.credential)
        if password:
            try:
                cleaned["credential"] = credentials.credential_of(name, password, adapter)
            except credentials.CredentialRefused as refused:
                self.add_error("login_password", str(refused))
        elif "login_name" in self.fields and name != known:
            text = gettext("A new name needs its password too. Enter both.")
            self.add_error("login_password", text)

    def save(self, commit: bool = True) -> Device:
        """Write the key and the credential with the device."""
        if "key_text" in self.cleaned_data:
            self.instance.public_key = self.cleaned_data["key_text"]
        if "credential" in self.cleaned_data:
            self.instance.credential = self.cleaned_data["credential"]
        device: Device = super().save(commit)
        return device


def read_key(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key. Raises ValueError."""
    if "BEGIN" in text:
        try:
            key = load_pem_public_key(text.encode())
        except UnsupportedAlgorithm as error:
            raise ValueError("unknown algorithm") from error
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not Ed25519")
        return key.public_bytes_raw()
    compact = "".join(text.split())
    try:
        raw = (
            bytes.fromhex(compact) if len(compact) == 64 else base64.b64decode(compact, None, True)
        )
    except (ValueError, binascii.Error) as error:
        raise ValueError("neither hexadecimal nor base64") from error
    Ed25519PublicKey.from_public_bytes(raw)
    return raw


def shown_key(stored: bytes) -> str:
    """Return a stored key as it can be pasted again."""
    return (
        base64.b64encode(stored).decode()
        if len(stored) == 32
        else stored.decode("ascii", "replace")
    )
