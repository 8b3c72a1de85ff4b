"""Executes Amazon Connect flows on one machine: the JSON that is deployed, block by block."""

from local.flow_runner.catalogue import FlowType
from local.flow_runner.contact import Agent, Contact, Endpoint, Queue
from local.flow_runner.coverage import Coverage
from local.flow_runner.errors import (
    CallFailedError,
    FlowError,
    InvalidFlowError,
    Problem,
    PromptBeforeDialError,
)
from local.flow_runner.lambda_block import Absent, Invoke
from local.flow_runner.runner import Ended, Outcome, run
from local.flow_runner.state import Dialled
from local.flow_runner.trace import Step, mask
from local.flow_runner.validator import problems, validate

__all__ = [
    "Absent",
    "Agent",
    "CallFailedError",
    "Contact",
    "Coverage",
    "Dialled",
    "Ended",
    "Endpoint",
    "FlowError",
    "FlowType",
    "InvalidFlowError",
    "Invoke",
    "Outcome",
    "Problem",
    "PromptBeforeDialError",
    "Queue",
    "Step",
    "mask",
    "problems",
    "run",
    "validate",
]
