"""botocore's data for the services that the call path asks, without the tables of all others."""

from typing import Any

import botocore.session
from botocore.loaders import Loader

ASKED = ("dynamodb", "secretsmanager")


class FewServices(Loader):
    """A loader that spares a cold start two tables of the 400 services.

    To make a client botocore looks into each service's folder, and reads every service's endpoints
    (1.2 MB). The services that we ask have endpoint rules of their own, which go first; a test
    holds the clients to those of a whole session in every region of Amazon Connect. In China, where
    Amazon Connect is not, the table would be missed.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
        return list(ASKED)

    def load_data_with_path(self, name: str) -> Any:
        if name == "endpoints":
            return {"version": 3, "partitions": []}, ""
        return super().load_data_with_path(name)


def session() -> botocore.session.Session:
    """A session that makes clients of these services only."""
    made = botocore.session.Session()
    made.register_component("data_loader", FewServices())
    return made
