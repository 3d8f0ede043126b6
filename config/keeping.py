"""How long what people wrote is kept where no class of records says it, in days.

What belongs to a case follows the retention rules an administrator enters. No law we found sets the
two figures below, so they are settings with a ground of their own.
"""

import os

__all__ = ["FLEET_ROW_DAYS", "NAMED_CONTACT_DAYS"]

#: The contact of somebody who was named and did not accept, after the chain has settled.
NAMED_CONTACT_DAYS = int(os.environ.get("NAMED_CONTACT_DAYS", "30"))
#: The people of a fleet's file, after their period: a case of it can come for a year.
FLEET_ROW_DAYS = int(os.environ.get("FLEET_ROW_DAYS", "365"))
