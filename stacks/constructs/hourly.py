"""A function that looks once an hour for what no event tells of."""

from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.python_function import PythonFunction
from stacks.constructs.regularly import HOURLY, Regularly


class Hourly(Regularly):
    """Invokes the function every hour; a look that fails three times lies in `failures`.

    The function must have the right to send there.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: PythonFunction,
        failures: sqs.Queue,
        what: str,
    ) -> None:
        super().__init__(
            scope, construct_id, every=HOURLY, function=function, failures=failures, what=what
        )
