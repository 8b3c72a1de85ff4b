"""From a configuration to the stacks of one environment."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from cdk_nag import AwsSolutionsChecks

from stacks import opting_out
from stacks.calling import CallingStack
from stacks.config import Config
from stacks.inventory import InventoryStack
from stacks.listed_queues import add_listed_queues
from stacks.number_pool import NumberPoolStack
from stacks.outcomes import OutcomesStack

# The CDK's newer ways, the same whether the app is run by the CLI, a test or the local cloud.
_WAYS = (
    "@aws-cdk/aws-iam:minimizePolicies",
    "@aws-cdk/aws-lambda:recognizeLayerVersion",
    "@aws-cdk/aws-lambda:recognizeVersionProps",
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy",
    "@aws-cdk/aws-codedeploy:removeAlarmsFromDeploymentGroup",
    "@aws-cdk/core:checkSecretUsage",
    "@aws-cdk/core:enablePartitionLiterals",
    "@aws-cdk/aws-kms:aliasNameRef",
    "@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal",
    "@aws-cdk/aws-dynamodb:resourcePolicyPerReplica",
)


def build(config: Config, app: cdk.App) -> None:
    """Add the stacks of the environment to an app that is still empty."""
    for way in _WAYS:
        app.node.set_context(way, True)
    app.node.set_context("@aws-cdk/core:defaultCrossStackReferences", "strong")
    account, region = config.home
    env = cdk.Environment(account=account, region=region)
    name = f"LocalPresence-{config.environment}"
    numbers = NumberPoolStack(app, f"{name}-NumberPool", config=config, env=env)
    calling = None
    if config.modules.calling:
        calling = CallingStack(app, f"{name}-Calling", config=config, numbers=numbers, env=env)
        add_listed_queues(app, config, calling.shared, env)
    _records(config, app, numbers, calling, env)
    if config.modules.inventory and calling is not None:
        InventoryStack(
            app, f"{name}-Inventory", config=config, numbers=numbers, calling=calling, env=env
        )
    for tag, value in {**config.tags, "local-presence": config.environment}.items():
        cdk.Tags.of(app).add(tag, value)
    if config.permissions_boundary is not None:
        iam.PermissionsBoundary.of(app).apply(
            iam.ManagedPolicy.from_managed_policy_arn(
                numbers, "Boundary", config.permissions_boundary
            )
        )
    for key, words in config.warnings().items():
        cdk.Annotations.of(numbers).add_warning_v2(f"LocalPresence:{key}", f"{key}: {words}")
    for key, words in config.notes().items():
        cdk.Annotations.of(numbers).add_info_v2(f"LocalPresence:{key}", f"{key}: {words}")


def _records(
    config: Config,
    app: cdk.App,
    numbers: NumberPoolStack,
    calling: CallingStack | None,
    env: cdk.Environment,
) -> None:
    """What hears from customers, and what reads the contact records."""
    if not opting_out.is_wanted(config):
        return
    name = f"LocalPresence-{config.environment}"
    stops = opting_out.OptingOutStack(
        app, f"{name}-OptingOut", config=config, numbers=numbers, calling=calling, env=env
    )
    if config.counts_outcomes and stops.records is not None:
        OutcomesStack(
            app, f"{name}-Outcomes", config=config, numbers=numbers, records=stops.records, env=env
        )


def check(app: cdk.App) -> None:
    """Let synthesis fail on any finding of AwsSolutions that nobody gave a reason for."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
