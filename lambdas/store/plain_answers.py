"""DynamoDB's answers as they come, for whoever reads hundreds of thousands of items.

botocore looks at each value of each item through the service's model, ten times as long as it takes
to read the JSON. What is read here holds no binary values and no times, which alone it translates.
"""

import json
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParserFactory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class _PlainParser(JSONParser):
    """Where a later botocore knows this method no more, it only takes longer."""

    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:  # noqa: ARG002
        return json.loads(raw_body) if raw_body else {}


class _PlainFactory(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> Any:
        if protocol_name != "json":
            return super().create_parser(protocol_name)
        return _PlainParser()


def client(connections: int, **options: Any) -> "DynamoDBClient":
    """A client that makes so many requests at once; `options` as create_client takes them."""
    session = botocore.session.Session()
    session.register_component("response_parser_factory", _PlainFactory())
    config = Config(max_pool_connections=connections, retries={"mode": "standard"})
    made: Any = session.create_client("dynamodb", config=config, **options)
    return made  # type: ignore[no-any-return]
