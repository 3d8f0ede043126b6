"""What the devices saw and how we can prove it."""

from cameras.models.custody import CustodyEvent, CustodyLink
from cameras.models.delivery import Delivery
from cameras.models.detection import Derivative, Detection, EvidenceFile
from cameras.models.device import Device, DeviceCertificate, Site
from cameras.models.unit import Unit

__all__ = [
    "CustodyEvent",
    "CustodyLink",
    "Delivery",
    "Derivative",
    "Detection",
    "Device",
    "DeviceCertificate",
    "EvidenceFile",
    "Site",
    "Unit",
]
