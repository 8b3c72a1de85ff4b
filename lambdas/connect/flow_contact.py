"""Which contact a flow's event is about."""

from collections.abc import Mapping
from typing import Any

from lambdas.usecases.stop_contact import ContactRef


def contact_of(event: Mapping[str, Any]) -> ContactRef | None:
    """The contact of a Connect flow event, or None where the event names none.

    The instance id is the last part of ``InstanceARN``
    (``arn:aws:connect:REGION:ACCOUNT:instance/ID``).
    """
    data = (event.get("Details") or {}).get("ContactData") or {}
    contact_id = data.get("ContactId")
    _, slash, instance_id = str(data.get("InstanceARN") or "").partition(":instance/")
    if not contact_id or not slash or not instance_id:
        return None
    return ContactRef(instance_id=instance_id.split("/")[0], contact_id=str(contact_id))
