from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from lambdas.store import few_services

SENT_NOWHERE = Config(retries={"total_max_attempts": 1})


def sent(session: botocore.session.Session, service: str, region: str) -> dict[str, Any]:
    """Where a client of the session would send a request, and how it would sign it."""
    session.set_credentials("key", "secret")
    client: Any = session.create_client(service, region_name=region, config=SENT_NOWHERE)
    seen: dict[str, Any] = {}

    def keep(request: Any, **_: Any) -> Any:
        seen["url"] = request.url
        seen["scope"] = request.headers["Authorization"].split(b"/")[2:4]
        raise InterruptedError

    client.meta.events.register("before-send", keep)
    with pytest.raises(InterruptedError):
        client.list_tables() if service == "dynamodb" else client.list_secrets()
    return {**seen, "region": client.meta.region_name}


@pytest.mark.parametrize("service", few_services.ASKED)
@pytest.mark.parametrize(
    "region",
    [
        *("us-east-1", "us-west-2", "us-gov-west-1", "ca-central-1", "af-south-1"),
        *("eu-central-1", "eu-west-2", "ap-northeast-1", "ap-northeast-2"),
        *("ap-southeast-1", "ap-southeast-2"),
    ],
)
def test_requests_go_where_those_of_a_whole_session_go(service: str, region: str) -> None:
    whole = sent(botocore.session.Session(), service, region)
    assert sent(few_services.session(), service, region) == whole


def test_an_endpoint_that_the_environment_names_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:1234")
    assert sent(few_services.session(), "dynamodb", "us-east-1")["url"] == "http://localhost:1234/"
