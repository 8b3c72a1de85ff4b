"""`recheck KEY`: have one list of a deployment checked again, at once."""

import argparse
import json
from pathlib import Path
from typing import Any

from lambdas.domain.list_checks import is_list
from local import aws
from local.commands import common
from local.errors import LocalError

FUNCTION = "AWS::Lambda::Function"
RECHECKER = "ContactListsRecheckContactsFunction"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("key", metavar="KEY", help="the list, as lists/QUEUE/customers.xlsx")
    common.add_config(parser)
    parser.add_argument("--profile", metavar="NAME", help="the AWS profile to use")
    parser.add_argument("--region", metavar="NAME", help="the region (default: the config's)")


def run(options: argparse.Namespace) -> int:
    """Ask, and say where the results will be."""
    if not is_list(options.key):
        raise LocalError(f"{options.key} is no list: lists are lists/QUEUE/FILE in the bucket.")
    config = aws.config_at(Path(options.config))
    account = aws.account_of(config, options.profile, options.region)
    ask(account.session, aws.resource(account.session, config, FUNCTION, RECHECKER), options.key)
    print(f"{options.key} is being checked again. A message tells when it is done.")
    return 0


def ask(session: Any, function: str, key: str) -> None:
    """Invoke the re-checker for one list. Raises LocalError where there is no such list."""
    with aws.told():
        answer = session.client("lambda").invoke(
            FunctionName=function, Payload=json.dumps({"key": key}).encode()
        )
    told: Any = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise LocalError(f"It is not checked again: {told.get('errorMessage', told)}")
