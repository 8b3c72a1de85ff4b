"""Who is not to be called: what enters it, and with which rights."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.data_table import DataTable
from stacks.constructs.python_function import Code, Logging, PythonFunction


@dataclass(frozen=True)
class Customers:
    """The customers' table with what reads and writes need besides: the key that their numbers are
    hashed with, and the one that corrections are encrypted with."""

    table: DataTable
    hash_key: secretsmanager.ISecret
    data_key: kms.IKey

    @property
    def environment(self) -> dict[str, str]:
        """For a function that suppresses."""
        return {
            "CUSTOMERS_TABLE": self.table.name,
            "CUSTOMER_KEY_SECRET_ARN": self.hash_key.secret_arn,
            "DATA_KEY_ARN": self.data_key.key_arn,
        }

    def let_suppress(
        self, function: PythonFunction, *, corrects: bool = True, remembers: bool = False
    ) -> None:
        """Let a function suppress and lift, and where told, correct and read what was done."""
        reads = ("Query",) if remembers else ()
        function.may_with_table(self.table, "GetItem", "PutItem", "UpdateItem", *reads)
        function.may("secretsmanager:GetSecretValue", on=[self.hash_key.secret_arn])
        function.may_use_key(self.table.key_arn or self.data_key.key_arn, through="secretsmanager")
        if corrects:
            function.may_encrypt_for("customer", key_arn=self.data_key.key_arn)


class SuppressCustomer(PythonFunction):
    """Suppresses at once: for agents' guides, flows, and whoever may invoke it."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: Config,
        customers: Customers,
        logging: Logging,
        bell: alarms.Bell,
    ) -> None:
        super().__init__(
            scope,
            "SuppressCustomer",
            code=Code("suppress_customer", config.settings()),
            logging=logging,
            timeout=cdk.Duration.seconds(8),
            memory_mb=512,
            environment=customers.environment,
        )
        customers.let_suppress(self)
        bell.watch_function(self, self.function, slow_ms=5000, what="Suppressing a customer")
        bell.ring(
            self,
            "Refused",
            when=alarms.counted("SuppressionsRefused"),
            reaches=1,
            because="A wish not to be called was not understood and is not kept: find the call in "
            "the log of SuppressCustomer, and enter the wish by hand.",
        )
