"""Hours of operation that never close."""

from aws_cdk import aws_connect as connect
from constructs import Construct

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class AlwaysOpen(connect.CfnHoursOfOperation):
    """All day, every day: when customers may be called is the picker's matter."""

    def __init__(self, scope: Construct, construct_id: str, *, instance_arn: str) -> None:
        def at(
            hours: int, minutes: int
        ) -> connect.CfnHoursOfOperation.HoursOfOperationTimeSliceProperty:
            return connect.CfnHoursOfOperation.HoursOfOperationTimeSliceProperty(
                hours=hours, minutes=minutes
            )

        super().__init__(
            scope,
            construct_id,
            instance_arn=instance_arn,
            name="Local presence: always open",
            time_zone="UTC",
            config=[
                connect.CfnHoursOfOperation.HoursOfOperationConfigProperty(
                    day=day, start_time=at(0, 0), end_time=at(23, 59)
                )
                for day in _DAYS
            ],
        )
