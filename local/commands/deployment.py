"""Where a command changes what runs: in a local cloud, or in an AWS account."""

import argparse
import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console

from lambdas import wiring
from lambdas.domain.settings import QueueSettings, Settings
from lambdas.store.sealing import KmsSeal
from lambdas.store.secret import CustomerKey
from lambdas.store.suppressions import DynamoSuppressions
from local import aws
from local.cloud import LocalCloud
from local.commands import common
from local.errors import LocalError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Deployment:
    """The NumberPool table, the queues by key, and who asks. Call `changed` after a change.

    `customers` tells the names of what keeps people's suppressions, and `session` makes clients.
    """

    client: "DynamoDBClient"
    table: str
    queues: Mapping[str, QueueSettings]
    who: str
    now: datetime
    in_aws: bool
    changed: Callable[[], None]
    session: "boto3.Session"
    customers: Callable[[], "Customers"]
    uploads: Callable[[], str]
    """The uploads bucket's name, "" where the deployment has none."""
    usage: Callable[[], str]
    """The name of the Usage table."""

    def suppressions(self) -> DynamoSuppressions:
        """The real store. Raises LocalError when the deployment keeps none."""
        names, session = self.customers(), self.session
        return DynamoSuppressions(
            self.client,
            names.table,
            CustomerKey(lambda: session.client("secretsmanager"), names.secret),
            KmsSeal(session.client("kms"), names.data_key),
        )


@dataclass(frozen=True)
class Customers:
    """Names and ARNs of what keeps suppressions and corrections."""

    table: str
    secret: str
    data_key: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """--state or --aws with its options, --config and --json."""
    common.add_config(parser)
    common.add_state(parser)
    parser.add_argument(
        "--aws", action="store_true", help="in the AWS account that the config deploys into"
    )
    parser.add_argument("--profile", metavar="NAME", help="with --aws: a profile of the AWS CLI")
    parser.add_argument("--region", metavar="REGION", help="with --aws: other than the config's")
    common.add_json(parser)


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Deployment]:
    """Raises LocalError for options that do not fit together, and for what AWS refuses."""
    if options.aws:
        if options.state is not None:
            raise LocalError("--state is a local cloud and --aws an account: give one of the two.")
        with aws.told():
            yield _in_aws(options)
        return
    if options.profile or options.region:
        raise LocalError("--profile and --region are for an AWS account: add --aws.")
    with (
        common.progress(Console(stderr=True)) as say,
        LocalCloud.start(options.config, options.state, say) as cloud,
    ):
        yield _on_this_machine(cloud)


def _in_aws(options: argparse.Namespace) -> Deployment:
    config = aws.config_at(options.config)
    account = aws.account_of(config, options.profile, options.region)
    return Deployment(
        client=account.session.client("dynamodb"),
        table=aws.number_pool_table(account.session, config),
        queues=Settings.from_json(config.settings()).queues,
        who=account.caller,
        now=datetime.now(UTC),
        in_aws=True,
        changed=lambda: None,
        session=account.session,
        customers=lambda: Customers(
            *aws.customers_table(account.session, config),
            aws.resource(account.session, config, aws.KEY, "Key"),
        ),
        uploads=lambda: aws.uploads_bucket(account.session, config),
        usage=lambda: aws.usage_table(account.session, config),
    )


def _on_this_machine(cloud: LocalCloud) -> Deployment:
    def changed() -> None:
        cloud.settle()
        wiring.reset()

    return Deployment(
        client=cloud.session.client("dynamodb"),
        table=cloud.name_of("NUMBER_POOL_TABLE"),
        queues=cloud.settings().queues,
        who=getpass.getuser(),
        now=cloud.clock.now(),
        in_aws=False,
        changed=changed,
        session=cloud.session,
        customers=lambda: Customers(
            cloud.name_of("CUSTOMERS_TABLE"),
            cloud.name_of("CUSTOMER_KEY_SECRET_ARN"),
            cloud.name_of("DATA_KEY_ARN"),
        ),
        uploads=lambda: cloud.bucket() if cloud.made.buckets else "",
        usage=lambda: cloud.name_of("USAGE_TABLE"),
    )
