"""Hours of operation that never close."""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from constructs import Construct

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class AlwaysOpen(connect.CfnHoursOfOperation):
    """All day, every day: when customers may be called is the picker's matter."""

    def __init__(self, scope: Construct, construct_id: str, *, instance_arn: str) -> None:
        midnight = connect.CfnHoursOfOperation.HoursOfOperationTimeSliceProperty(hours=0, minutes=0)
        super().__init__(
            scope,
            construct_id,
            instance_arn=instance_arn,
            name=f"{cdk.Stack.of(scope).stack_name} always open",
            time_zone="UTC",
            config=[
                connect.CfnHoursOfOperation.HoursOfOperationConfigProperty(
                    day=day, start_time=midnight, end_time=midnight
                )
                for day in _DAYS
            ],
        )
