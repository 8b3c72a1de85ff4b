"""`activate`: put a number that rests, or that was retired, back to use."""

import argparse

from lambdas.domain.phone import E164
from lambdas.domain.settings import Settings
from lambdas.store.reputations import DynamoReputations
from lambdas.store.rests import DynamoRests
from lambdas.usecases.bring_back import Decision, bring_back
from lambdas.usecases.rest_number import Change, Done, activate
from lambdas.wiring.terms import terms
from local import aws
from local.commands import resting
from local.commands.deployment import Deployment


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    resting.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Activate the number."""

    def change(number: E164, by: str, deployed: Deployment, rests: DynamoRests) -> Done:
        standing = rests.standing(number)
        was_retired = standing is not None and _brought_back(
            options, Decision(number, standing.pool, options.reason, by), deployed
        )
        done = activate(number, options.reason, by, now=deployed.now, store=rests)
        if was_retired and done.change is None:
            pool, at = done.before.pool, deployed.now
            return Done(done.before, Change(number, pool, None, options.reason, by, at))
        return done

    return resting.run(options, change)


def _brought_back(options: argparse.Namespace, decision: Decision, deployed: Deployment) -> bool:
    """Whether it was retired. It is on probation then."""
    config = aws.config_at(options.config)
    pool = Settings.from_json(config.settings()).pools.get(decision.pool)
    asked = terms(config.reputation.told, pool)
    store = DynamoReputations(deployed.client, deployed.table)
    return bring_back(decision, store, asked, deployed.now)
