"""The technicians' and auditors' pages for devices and evidence, on the officers' site."""

from cameras.admin import alarms, custody, deliveries, detections, devices, retention

__all__ = ["alarms", "custody", "deliveries", "detections", "devices", "retention"]
