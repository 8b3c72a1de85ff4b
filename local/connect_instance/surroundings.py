"""What an instance has besides queues, flows and numbers."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from local.connect_instance import listing
from local.connect_instance.model import Refused
from local.connect_instance.things import Answer, Json, Parameters, found

MOST_FUNCTIONS = 50


@dataclass
class Surroundings:
    """Hours of operation (id to name), stores by resource type, functions, integrations."""

    instance_arn: str
    groups: Sequence[str]
    hours: dict[str, str] = field(default_factory=lambda: {str(uuid.uuid4()): "Always open"})
    storage: dict[str, list[dict[str, Json]]] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    integrations: dict[str, dict[str, str]] = field(default_factory=dict)
    page_size: int = 1_000

    def operation(self, name: str) -> Answer | None:
        """What answers such an operation; None for any other."""
        answer = _OPERATIONS.get(name)
        return None if answer is None else lambda asked: answer(self, asked)

    @property
    def _id(self) -> str:
        return self.instance_arn.rpartition("/")[2]

    def _arn_of(self, kind: str, name: str) -> str:
        return f"{self.instance_arn}/{kind}/{name}"

    def _page(self, member: str, items: Sequence[Json], asked: Parameters) -> dict[str, Json]:
        return listing.page(member, items, asked, self.page_size)

    def _list_hours(self, asked: Parameters) -> dict[str, Json]:
        items = [
            {"Id": made, "Arn": self._arn_of("operating-hours", made), "Name": name}
            for made, name in self.hours.items()
        ]
        return self._page("HoursOfOperationSummaryList", items, asked)

    def _describe_hours(self, asked: Parameters) -> dict[str, Json]:
        made = asked["HoursOfOperationId"]
        name = found(self.hours, made, "hours of operation")
        told = {
            "HoursOfOperationId": made,
            "HoursOfOperationArn": self._arn_of("operating-hours", made),
            "Name": name,
            "TimeZone": "UTC",
        }
        return {"HoursOfOperation": told}

    def _list_storage(self, asked: Parameters) -> dict[str, Json]:
        return self._page("StorageConfigs", self.storage.get(asked["ResourceType"], []), asked)

    def _associate_storage(self, asked: Parameters) -> dict[str, Json]:
        """One stream for contact records: a second is a conflict."""
        kept = self.storage.setdefault(asked["ResourceType"], [])
        if kept:
            raise Refused("ResourceConflictException", f"{asked['ResourceType']} has a store")
        made = str(uuid.uuid4())
        kept.append({"AssociationId": made, **asked["StorageConfig"]})
        return {"AssociationId": made}

    def _list_functions(self, asked: Parameters) -> dict[str, Json]:
        return self._page("LambdaFunctions", self.functions, asked)

    def _associate_function(self, asked: Parameters) -> dict[str, Json]:
        if asked["FunctionArn"] in self.functions:
            raise Refused("ResourceConflictException", "the function is associated already")
        if len(self.functions) >= MOST_FUNCTIONS:
            raise Refused("LimitExceededException", f"{MOST_FUNCTIONS} functions")
        self.functions.append(asked["FunctionArn"])
        return {}

    def _list_integrations(self, asked: Parameters) -> dict[str, Json]:
        kind = asked.get("IntegrationType")
        items = [
            one for one in self.integrations.values() if kind in {None, one["IntegrationType"]}
        ]
        return self._page("IntegrationAssociationSummaryList", items, asked)

    def _create_integration(self, asked: Parameters) -> dict[str, Json]:
        if any(
            one["IntegrationArn"] == asked["IntegrationArn"] for one in self.integrations.values()
        ):
            raise Refused("DuplicateResourceException", "the integration exists already")
        made = str(uuid.uuid4())
        arn = self._arn_of("integration-association", made)
        self.integrations[made] = {
            "IntegrationAssociationId": made,
            "IntegrationAssociationArn": arn,
            "InstanceId": self._id,
            "IntegrationType": asked["IntegrationType"],
            "IntegrationArn": asked["IntegrationArn"],
        }
        return {"IntegrationAssociationId": made, "IntegrationAssociationArn": arn}

    def _delete_integration(self, asked: Parameters) -> dict[str, Json]:
        made = asked["IntegrationAssociationId"]
        found(self.integrations, made, "integration")
        del self.integrations[made]
        return {}

    def _list_groups(self, asked: Parameters) -> dict[str, Json]:
        items = [
            {
                "Id": arn.rpartition("/")[2], "Arn": arn, "Name": "group", "Status": "ACTIVE",
                "InstanceArn": self.instance_arn, "IsDefault": False,
            }
            for arn in self.groups
        ]  # fmt: skip
        return self._page("TrafficDistributionGroupSummaryList", items, asked)

    def _describe_instance(self, _asked: Parameters) -> dict[str, Json]:
        told = {
            "Id": self._id, "Arn": self.instance_arn, "IdentityManagementType": "CONNECT_MANAGED",
            "InstanceStatus": "ACTIVE", "InboundCallsEnabled": True, "OutboundCallsEnabled": True,
        }  # fmt: skip
        return {"Instance": told}


_OPERATIONS: Mapping[str, Callable[[Surroundings, Parameters], dict[str, Json]]] = {
    "AssociateInstanceStorageConfig": Surroundings._associate_storage,
    "AssociateLambdaFunction": Surroundings._associate_function,
    "CreateIntegrationAssociation": Surroundings._create_integration,
    "DeleteIntegrationAssociation": Surroundings._delete_integration,
    "DescribeHoursOfOperation": Surroundings._describe_hours,
    "DescribeInstance": Surroundings._describe_instance,
    "ListHoursOfOperations": Surroundings._list_hours,
    "ListInstanceStorageConfigs": Surroundings._list_storage,
    "ListIntegrationAssociations": Surroundings._list_integrations,
    "ListLambdaFunctions": Surroundings._list_functions,
    "ListTrafficDistributionGroups": Surroundings._list_groups,
}
