"""The adapters by the key a device is registered with. Nothing is guessed from what arrives."""

from cameras.adapters.axis_lpv import AxisLicensePlateVerifier
from cameras.adapters.contract import Adapter
from cameras.adapters.dahua_itsapi import DahuaItsapi
from cameras.adapters.gat1400 import Gat1400
from cameras.adapters.generic_signed import GenericSigned
from cameras.adapters.hikvision_isapi import HikvisionIsapi
from cameras.adapters.hikvision_its_folder import HikvisionItsFolder
from cameras.adapters.milesight import Milesight
from cameras.adapters.uniview_lapi import UniviewLapi

ADAPTERS: dict[str, Adapter] = {
    adapter.key: adapter
    for adapter in (
        AxisLicensePlateVerifier(),
        DahuaItsapi(),
        Gat1400(),
        GenericSigned(),
        HikvisionIsapi(),
        HikvisionItsFolder(),
        Milesight(),
        UniviewLapi(),
    )
}


def adapter_for(key: str) -> Adapter:
    """Return the adapter of a registered device. Raises ``KeyError`` on an unknown key."""
    return ADAPTERS[key]
