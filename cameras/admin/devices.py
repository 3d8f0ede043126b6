"""Units, sites and devices, with the certificates and the address a device must push to."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.adapters.registry import adapter_for
from cameras.admin.big import BigAdmin
from cameras.inbox import push_path
from cameras.models import Device, DeviceCertificate, Site, Unit
from cameras.models.device import new_path_token


@admin.register(Unit)
class UnitAdmin(BigAdmin):
    """Units as they are printed on papers."""

    list_display = ["code", "name", "level", "parent"]
    list_select_related = ["parent"]
    list_filter = ["level"]
    search_fields = ["code__startswith", "name"]


@admin.register(Site)
class SiteAdmin(BigAdmin):
    """Places where devices stand."""

    list_display = ["code", "name", "direction", "unit"]
    list_select_related = ["unit"]
    search_fields = ["code__startswith", "name"]
    unit_path = "unit__code"


class CertificateInline(admin.TabularInline):
    """The proofs without which a device's results may not be used. NĐ 61/2026 Đ12"""

    model = DeviceCertificate
    extra = 0


class DeviceForm(forms.ModelForm):
    """A device; its key is pasted as text and its profile tried by its adapter."""

    key_text = forms.CharField(
        label=_("Public key"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Ed25519, as PEM, base64 or hexadecimal; for signed push only."),
    )

    class Meta:
        model = Device
        fields = [
            "code", "serial", "vendor", "model", "adapter", "profile", "site", "speed_method",
            "state",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.public_key and "key_text" in self.fields:
            self.fields["key_text"].initial = _shown_key(bytes(self.instance.public_key))

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
                adapter_for(adapter).profile(serial, profile)
            except (ValueError, TypeError, AttributeError) as error:
                self.add_error("profile", str(error))
        if adapter == "generic-signed" and not cleaned.get("key_text") and not self.errors:
            self.add_error("key_text", gettext("A signed push needs the device's public key."))
        return cleaned

    def save(self, commit: bool = True) -> Device:
        """Write the key with the device."""
        if "key_text" in self.cleaned_data:
            self.instance.public_key = self.cleaned_data["key_text"]
        device: Device = super().save(commit)
        return device


@admin.register(Device)
class DeviceAdmin(BigAdmin):
    """The register of devices. Who may change one sees the secret address it pushes to."""

    form = DeviceForm
    list_display = ["code", "site", "vendor", "model", "adapter", "state", "last_seen_at"]
    list_select_related = ["site__unit"]
    list_filter = ["state", "adapter"]
    search_fields = ["code__startswith", "serial__exact"]
    autocomplete_fields = ["site"]
    inlines = [CertificateInline]
    actions = ["renew_address"]
    unit_path = "site__unit__code"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the form's fields; the secret address only to those who may change the device."""
        fields = [*DeviceForm.Meta.fields, "last_seen_at"]
        if self.has_change_permission(request, obj):
            fields.insert(fields.index("site"), "key_text")
            fields.append("push_address")
        return fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The serial number and the adapter of a known device are part of its evidence."""
        fixed = ["last_seen_at", "push_address"]
        return [*fixed, "code", "serial", "adapter"] if obj is not None else fixed

    @admin.display(description=_("push address"))
    def push_address(self, device: Device) -> str:
        """Return the whole address to enter in the device."""
        if device.pk is None:
            return gettext("Shown once the device is saved.")
        return f"{settings.PORTAL_ORIGIN}{push_path(device)}"

    @admin.action(
        description=_("Give a new secret address (the old one stops working)"),
        permissions=["change"],
    )
    def renew_address(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        """Replace the secret paths of the chosen devices, for one that has leaked."""
        for device in queryset:
            device.path_token = new_path_token()
            device.save(update_fields=["path_token"])
            self.log_change(request, device, "new secret address")
        messages.success(request, gettext("Enter the new address in each of these devices now."))


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


def _shown_key(stored: bytes) -> str:
    return (
        base64.b64encode(stored).decode()
        if len(stored) == 32
        else stored.decode("ascii", "replace")
    )
