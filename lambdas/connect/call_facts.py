"""A contact record as the domain takes it: what it says of a call alone."""

import re
import unicodedata
from typing import Final

from lambdas.connect.contact_record import ContactRecord, NotAContactRecord
from lambdas.domain.outcome_of import Call

LONGEST_ID: Final = 256
"""As Connect's API has it; no key holds any length."""


def call_of(record: ContactRecord) -> Call:
    """The call's part of a record. Contact ids are written as the picker writes them.

    Raises NotAContactRecord where the id is none.
    """
    if len(record.contact_id) > LONGEST_ID:
        raise NotAContactRecord("a ContactId that is too long")
    if any(unicodedata.category(sign) == "Cs" for sign in record.contact_id):
        raise NotAContactRecord("a ContactId with half a character")
    return Call(
        contact_id=re.sub(r"\s", "_", record.contact_id),
        initiation=record.initiation_words,
        channel=record.channel,
        began=record.began,
        answered=record.answered,
        ended=record.ended,
        updated=record.last_update,
        reason=record.disconnect_words,
        machine=record.machine,
        blocked=bool(record.blocked_by),
        customer=record.customer.phone if record.customer else "",
        system=record.system.phone if record.system else "",
        attributes=record.attributes,
    )
