"""`rest`: take a number out of use until a day."""

import argparse
from datetime import UTC, datetime, time, timedelta

from lambdas.domain.phone import E164
from lambdas.store.rests import DynamoRests
from lambdas.usecases.rest_number import Done, rest
from local.commands import common, resting
from local.commands.deployment import Deployment


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--days", type=common.positive, metavar="N", help="so many days from now")
    end.add_argument(
        "--until",
        type=_end,
        metavar="DATE",
        help="a day (its first moment in UTC) or a time, such as 2027-01-15T09:00:00Z",
    )
    resting.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Let the number rest."""

    def change(number: E164, by: str, deployed: Deployment, rests: DynamoRests) -> Done:
        until = options.until or deployed.now + timedelta(days=options.days)
        return rest(number, until, options.reason, by, now=deployed.now, store=rests)

    return resting.run(options, change)


def _end(text: str) -> datetime:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return common.moment(text)
    return datetime.combine(day, time(), UTC)
