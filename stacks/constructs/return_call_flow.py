"""The inbound flow of a return call: it stops our calls on a key, and else finds an agent."""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from constructs import Construct

from flows.rendering import render
from flows.return_call import RETURN_CALL, spoken
from stacks.config.opting_out import ReturnCall


class ReturnCallFlow(Construct):
    """flows/return_call.json with the words of a company in its holes.

    `key` is our name for it, kept as metadata of the template.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: str,
        settings: ReturnCall,
        instance_arn: str,
        suppressor_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        holes = {
            **spoken(settings.language, settings.company, settings.texts),
            "SUPPRESSOR_ARN": suppressor_arn,
            "QUEUE_ARN": settings.queue_arn,
            "BRAND": settings.brand,
            "FLOW": key,
            "LOGGING": "Enabled" if settings.flow_logging else "Disabled",
            "SECONDS": str(settings.wait_seconds),
        }
        flow = connect.CfnContactFlow(
            self,
            "Flow",
            instance_arn=instance_arn,
            name=f"{cdk.Stack.of(self).stack_name} {key}",
            description=f"Return calls to {settings.company}"[:500],
            type="CONTACT_FLOW",
            state="ACTIVE",
            content=render(RETURN_CALL, holes),
        )
        flow.add_metadata("LocalPresence", {"return_call": key})
        self.arn = flow.attr_contact_flow_arn
