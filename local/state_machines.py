"""State machines of the template: started through moto's Step Functions, run by our executor."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.errors import LocalError
from local.functions import FunctionFailed
from local.states_language import FAILED, Execution, StateMachine


@dataclass
class StateMachineSource:
    """Runs executions that functions have started; the local cloud polls it as it does queues.

    `client` is boto3's of Step Functions.
    """

    arn: str
    machine: StateMachine
    client: Any
    executions: dict[str, Execution] = field(default_factory=dict)
    failures: list[FunctionFailed] = field(default_factory=list)
    abandoned: int = 0
    before_each: Callable[[Execution], None] = lambda _execution: None

    def poll(self) -> int:
        """Run what was started since the last look; how many executions that were."""
        started = self.client.list_executions(
            stateMachineArn=self.arn, statusFilter="RUNNING"
        )["executions"]  # fmt: skip
        fresh = [
            one["executionArn"] for one in started if one["executionArn"] not in self.executions
        ]
        for arn in fresh:
            told = self.client.describe_execution(executionArn=arn)
            self._run(arn, Execution(told["name"], json.loads(told["input"])))
            # Closed, so that the name cannot be started again, as in AWS.
            self.client.stop_execution(executionArn=arn)
        return len(fresh)

    def redrive(self, name: str) -> Execution:
        """Go on with a failed execution where it failed. Raises LocalError for any other."""
        arn, execution = next(
            ((arn, one) for arn, one in self.executions.items() if one.name == name), ("", None)
        )
        if execution is None or execution.status != FAILED:
            raise LocalError(f"{name} is no failed execution, so it cannot be redriven.")
        self.abandoned -= 1
        return self._run(arn, execution)

    def _run(self, arn: str, execution: Execution) -> Execution:
        self.executions[arn] = execution
        self.before_each(execution)
        self.machine.run(execution)
        if execution.status == FAILED:
            self.abandoned += 1
            self.failures.append(
                FunctionFailed(execution.state, "States.TaskFailed", execution.cause)
            )
        return execution
