"""`activate`: put a number that rests back to use."""

import argparse

from lambdas.domain.phone import E164
from lambdas.store.rests import DynamoRests
from lambdas.usecases.rest_number import Done, activate
from local.commands import resting
from local.commands.deployment import Deployment


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    resting.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Activate the number."""

    def change(number: E164, by: str, deployed: Deployment, rests: DynamoRests) -> Done:
        return activate(number, options.reason, by, now=deployed.now, store=rests)

    return resting.run(options, change)
