"""Phone numbers of an account: claimed to an instance or to a traffic distribution group."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.clock import Clock
from local.connect_instance import listing
from local.connect_instance.model import Refused
from local.connect_instance.things import Answer, Json, Parameters, found

QUOTA = 10
CHURN_DAYS = 180


@dataclass
class Number:
    """A number that the account holds. `target` is the ARN of an instance or a group."""

    e164: str
    target: str
    country: str = "US"
    kind: str = "DID"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    flow: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Numbers:
    """The numbers of the account, by id; `available` are those that could be claimed.

    Claims and releases within 180 days may come to twice the quota.
    """

    instance_arn: str
    groups: Sequence[str]
    held: dict[str, Number] = field(default_factory=dict)
    available: list[Number] = field(default_factory=list)
    quota: int = QUOTA
    clock: Clock = field(default_factory=Clock)
    page_size: int = 1_000
    _changed: list[datetime] = field(default_factory=list)

    def add(self, e164: str, target: str = "", **more: Any) -> str:
        """A number that is held already, of this instance unless a target is given; its id."""
        made = Number(e164, target or self.instance_arn, **more)
        self.held[made.id] = made
        return made.id

    def arn_of(self, number: Number) -> str:
        """A number's ARN names no instance."""
        return f"{self.instance_arn.partition(':instance/')[0]}:phone-number/{number.id}"

    def may_be_shown(self, wanted: str) -> bool:
        """Whether a queue of the instance may have it."""
        number = self.held.get(wanted.rpartition("/")[2])
        return number is not None and number.target in {self.instance_arn, *self.groups}

    def operation(self, name: str) -> Answer | None:
        """What answers an operation on numbers; None for any other."""
        answer = _OPERATIONS.get(name)
        return None if answer is None else lambda asked: answer(self, asked)

    def _number(self, asked: Parameters) -> Number:
        return found(self.held, asked["PhoneNumberId"].rpartition("/")[2], "number")

    def _summary(self, number: Number) -> dict[str, Json]:
        told = {
            "PhoneNumberId": number.id,
            "PhoneNumberArn": self.arn_of(number),
            "PhoneNumber": number.e164,
            "PhoneNumberCountryCode": number.country,
            "PhoneNumberType": number.kind,
            "TargetArn": number.target,
        }
        if ":instance/" in number.target:
            told["InstanceId"] = number.target.rpartition("/")[2]
        return told

    def _target(self, asked: Parameters) -> str:
        if "TargetArn" in asked and "InstanceId" in asked:
            raise Refused("InvalidParameterException", "give either TargetArn or InstanceId")
        target: str = asked.get("TargetArn", self.instance_arn)
        if target not in {self.instance_arn, *self.groups}:
            raise Refused("ResourceNotFoundException", f"there is no {target}")
        return target

    def _list(self, asked: Parameters) -> dict[str, Json]:
        """Of the target; of every target of the account where none is asked for."""
        target = self._target(asked) if {"TargetArn", "InstanceId"} & set(asked) else None
        begins = asked.get("PhoneNumberPrefix", "")
        items = [
            self._summary(number)
            for number in self.held.values()
            if target in {None, number.target}
            and number.e164.startswith(begins)
            and number.country in asked.get("PhoneNumberCountryCodes", [number.country])
            and number.kind in asked.get("PhoneNumberTypes", [number.kind])
        ]
        return listing.page("ListPhoneNumbersSummaryList", items, asked, self.page_size)

    def _describe(self, asked: Parameters) -> dict[str, Json]:
        number = self._number(asked)
        told = self._summary(number) | {
            "Tags": number.tags,
            "PhoneNumberStatus": {"Status": "CLAIMED"},
        }
        return {"ClaimedPhoneNumberSummary": told}

    def _search(self, asked: Parameters) -> dict[str, Json]:
        self._target(asked)
        items = [
            {
                "PhoneNumber": number.e164,
                "PhoneNumberCountryCode": number.country,
                "PhoneNumberType": number.kind,
            }
            for number in self.available
            if number.country == asked["PhoneNumberCountryCode"]
            and number.kind == asked["PhoneNumberType"]
            and number.e164.startswith(asked.get("PhoneNumberPrefix", ""))
        ]
        return listing.page("AvailableNumbersList", items, asked, 10)

    def _claim(self, asked: Parameters) -> dict[str, Json]:
        target = self._target(asked)
        matching = [one for one in self.available if one.e164 == asked["PhoneNumber"]]
        if not matching:
            raise Refused("InvalidParameterException", "the number is not available")
        if len(self.held) >= self.quota:
            raise Refused("InvalidParameterException", f"the quota is {self.quota} numbers")
        self._count_change()
        number = matching[0]
        self.available.remove(number)
        number.target, number.tags = target, dict(asked.get("Tags", {}))
        self.held[number.id] = number
        return {"PhoneNumberId": number.id, "PhoneNumberArn": self.arn_of(number)}

    def _release(self, asked: Parameters) -> dict[str, Json]:
        number = self._number(asked)
        if number.target in self.groups:
            raise Refused("ResourceInUseException", "the number is of a distribution group")
        self._changed.append(self.clock.now())
        del self.held[number.id]
        return {}

    def _count_change(self) -> None:
        since = self.clock.now() - timedelta(days=CHURN_DAYS)
        if sum(moment > since for moment in self._changed) >= 2 * self.quota:
            raise Refused("InvalidParameterException", f"too many changes in {CHURN_DAYS} days")
        self._changed.append(self.clock.now())

    def _move(self, asked: Parameters) -> dict[str, Json]:
        number = self._number(asked)
        number.target = self._target(asked)
        return {"PhoneNumberId": number.id, "PhoneNumberArn": self.arn_of(number)}

    def _associate_flow(self, asked: Parameters) -> dict[str, Json]:
        self._number(asked).flow = asked["ContactFlowId"]
        return {}


_OPERATIONS: Mapping[str, Callable[[Numbers, Parameters], dict[str, Json]]] = {
    "AssociatePhoneNumberContactFlow": Numbers._associate_flow,
    "ClaimPhoneNumber": Numbers._claim,
    "DescribePhoneNumber": Numbers._describe,
    "ListPhoneNumbersV2": Numbers._list,
    "ReleasePhoneNumber": Numbers._release,
    "SearchAvailablePhoneNumbers": Numbers._search,
    "UpdatePhoneNumber": Numbers._move,
}
