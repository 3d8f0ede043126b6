"""What the devices saw and how we can prove it."""

from cameras.models.custody import Checkpoint, CustodyEvent, CustodyLink, Rehash, WitnessReceipt
from cameras.models.delivery import Delivery, Snap, SnapGroup, UploadedObject
from cameras.models.detection import CrossReading, Derivative, Detection, EvidenceFile, Redaction
from cameras.models.device import Device, DeviceCertificate, ProfileVersion, Site
from cameras.models.health import DeviceAlarm, HealthReport
from cameras.models.retention import Disposal, LegalHold, RetentionRule
from cameras.models.unit import Unit

__all__ = [
    "Checkpoint",
    "CrossReading",
    "CustodyEvent",
    "CustodyLink",
    "Delivery",
    "Derivative",
    "Detection",
    "Device",
    "DeviceAlarm",
    "DeviceCertificate",
    "Disposal",
    "EvidenceFile",
    "HealthReport",
    "LegalHold",
    "ProfileVersion",
    "Redaction",
    "Rehash",
    "RetentionRule",
    "Site",
    "Snap",
    "SnapGroup",
    "Unit",
    "UploadedObject",
    "WitnessReceipt",
]
