"""The technicians' and auditors' pages for devices and evidence, on the officers' site."""

from cameras.admin import custody, deliveries, detections, devices, retention

__all__ = ["custody", "deliveries", "detections", "devices", "retention"]
