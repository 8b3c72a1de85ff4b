"""A function that mails every week how calls are answered."""

import aws_cdk as cdk
from constructs import Construct

from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.python_function import Code, PythonFunction
from stacks.constructs.regularly import Regularly
from stacks.constructs.upload_queue import let_send, queue_of_failures
from stacks.number_pool import NumberPoolStack

TIMEOUT = cdk.Duration.minutes(15)
DAYS = {
    "monday": "MON", "tuesday": "TUE", "wednesday": "WED", "thursday": "THU", "friday": "FRI",
    "saturday": "SAT", "sunday": "SUN",
}  # fmt: skip


def add_report(scope: Construct, config: Config, numbers: NumberPoolStack) -> None:
    """The report's function, where somebody is to get it."""
    if config.report.to:
        WeeklyReport(scope, config=config, numbers=numbers)


class WeeklyReport(PythonFunction):
    """Reads counters, numbers and papers, writes only that a report was mailed, and mails it in the
    name of one identity."""

    def __init__(self, scope: Construct, *, config: Config, numbers: NumberPoolStack) -> None:
        wanted, stack = config.report, cdk.Stack.of(scope)
        sender = str(wanted.sender)
        super().__init__(
            scope,
            "Report",
            code=Code("report", config.settings()),
            logging=numbers.logging,
            timeout=TIMEOUT,
            memory_mb=2048,
            environment={
                "NUMBER_POOL_TABLE": numbers.number_pool.name,
                "USAGE_TABLE": numbers.usage.name,
                "REPORT": stack.to_json_string(
                    {
                        "sender": sender,
                        "to": list(wanted.to),
                        "deployment": f"LocalPresence-{config.environment}",
                    }
                ),
            },
        )
        self.may_with_table(numbers.number_pool, "Query", "GetItem")
        self.may_with_table(numbers.usage, "Query", "BatchGetItem", "UpdateItem", "DeleteItem")
        identity = stack.format_arn(
            service="ses",
            resource="identity",
            resource_name=wanted.identity or sender.rpartition("@")[2],
        )
        # SES asks for the second for a message that is composed by the sender.
        self.may("ses:SendEmail", "ses:SendRawEmail", on=[identity])
        self.failures = queue_of_failures(self, key=numbers.key)
        let_send(self, self.failures, numbers.key)
        Regularly(
            self,
            "Weekly",
            every=f"cron(0 {wanted.hour} ? * {DAYS[wanted.day]} *)",
            function=self,
            failures=self.failures,
            what="The weekly report is mailed",
        )
        self._watch(numbers.bell)

    def _watch(self, bell: alarms.Bell) -> None:
        bell.watch_function(
            self, self.function, slow_ms=0.8 * TIMEOUT.to_milliseconds(), what="The weekly report"
        )
        bell.ring(
            self,
            "Failed",
            when=self.failures.metric_approximate_number_of_messages_visible(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=1,
            because="The weekly report failed three times and was not mailed; its log says why."
            " python -m local report makes it by hand.",
        )
        bell.ring(
            self,
            "Unsure",
            when=alarms.counted("ReportsUnsure"),
            reaches=1,
            because="The weekly report broke off while it was being mailed: whether it went out"
            " nobody knows, and it is not mailed again. python -m local report makes it by hand.",
        )
