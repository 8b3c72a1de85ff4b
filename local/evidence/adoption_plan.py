"""What a plan says beforehand is what the deployment then does, on instances made by chance."""

import contextlib
import io
import random
from collections import Counter
from typing import Any

import boto3
import yaml

from lambdas.connect.pace import Pace
from lambdas.connect.queues import ONE_TRY
from lambdas.domain.whisper import whisper_of
from local.adoption_rounds import FLOW, NAME, NUMBER
from local.adoption_stage import PROMPT, RECORDING, Deployment, deployed, whisper
from local.dynamodb_local import DynamoDBLocal, create_table
from local.evidence import Finding, evidence
from local.planning.judging import Plan, Step, asked, plan
from local.planning.reading import Reader
from local.toolchain import Say
from stacks.adoption_request import properties, queue_properties
from stacks.config import Config, parse
from stacks.whisper_content import whisper_content

INSTANCES = 120
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:ours"
LOUD = {"Type": "UpdateFlowLoggingBehavior", "Parameters": {"FlowLoggingBehavior": "Disabled"}}
SPEAK = {
    "Type": "UpdateContactTextToSpeechVoice",
    "Parameters": {"TextToSpeechVoice": "Joanna"},
    "Errors": ["NoMatchingError"],
}


@evidence("adoption/plan")
def planned(say: Say) -> Finding:
    """Plan, deploy, plan again: verdicts and values agree, and nothing is left to change."""
    wrong: list[str] = []
    steps: Counter[str] = Counter()
    with DynamoDBLocal(say=say) as engine:
        client = boto3.Session("local", "local", region_name="us-east-1").client(
            "dynamodb", endpoint_url=engine
        )
        for seed in range(INSTANCES):
            if seed % 20 == 0:
                say(f"instance {seed} of {INSTANCES}")
            create_table(client, f"plan-{seed}")
            with deployed(engine, f"plan-{seed}") as deploy:
                chance = _Chance(deploy, seed)
                wrong += chance.compared()
                steps.update(chance.steps)
    told = ", ".join(f"{step} {count}" for step, count in sorted(steps.items()))
    return Finding(
        len(wrong),
        "0 differences between what a plan says and what the deployment does",
        not wrong and steps[Step.REFUSE] > 0 and steps[Step.TAKE_OVER] > 0,
        "\n".join(wrong[:5]) or f"{INSTANCES} instances by seed; queues: {told}",
    )


class _Chance:
    """An instance with a few queues, and a config that takes them over, by a seed."""

    def __init__(self, deploy: Deployment, seed: int) -> None:
        self._deploy, self._seed = deploy, seed
        self._random = random.Random(seed)
        self._numbers = [deploy.instance.numbers.add(f"+1206555{100 + n:04d}") for n in range(3)]
        elsewhere = deploy.instance.arn.replace("1111", "9999")
        self._foreign = deploy.instance.numbers.add("+12065550150", elsewhere)
        self._config = self._made()
        self.steps: Counter[str] = Counter()

    def compared(self) -> list[str]:
        """What the plan and the deployment do not agree about."""
        before = self._plan()
        self.steps.update(queue.step for queue in before.queues)
        answer = self._deployment()
        said, came = bool(before.refusals), answer["Status"] == "FAILED"
        if said != came:
            return [f"seed {self._seed}: refused {said}, failed {came}: {answer['Reason']}"]
        if came:
            named = [queue.key for queue in before.queues if queue.refused]
            return [
                f"seed {self._seed}: {key} was refused by the plan only"
                for key in named
                if f"{key}:" not in answer["Reason"]
            ]
        return [*self._values(before), *self._left()]

    def _values(self, before: Plan) -> list[str]:
        instance = self._deploy.instance
        found = []
        for queue in before.queues:
            caller = instance.queues[queue.queue_id].caller
            wanted = {one.name: one.wanted for one in queue.fields}
            shown = instance.numbers.held[caller[NUMBER]].e164
            flow = instance.flows[caller[FLOW]].name
            if [caller[NAME], shown, flow] != list(wanted.values())[:3]:
                found.append(f"seed {self._seed}: {queue.key} has {caller}, the plan said {wanted}")
        return found

    def _left(self) -> list[str]:
        return [
            f"seed {self._seed}: {queue.key} is to {queue.step} after a deployment"
            for queue in self._plan().queues
            if queue.step is not Step.NOTHING
        ]

    def _plan(self) -> Plan:
        time = self._deploy.time
        # The address that the deployment's clients have, from the environment.
        client = boto3.Session(region_name="us-east-1").client("connect", config=ONE_TRY)
        pace = Pace(monotonic=time.monotonic, sleep=time.sleep)
        reader = Reader(client, self._deploy.instance.arn, pace)
        return plan(self._config, reader.read(asked(self._config), lambda _words: None))

    def _deployment(self) -> dict[str, Any]:
        """CloudFormation makes the flows, then asks for the custom resource."""
        instance = self._deploy.instance
        queues, whispers = [], []
        for key, queue in self._config.queues.items():
            content = whisper_content(key, queue, FUNCTION, FUNCTION)
            flow = instance.add_flow(f"LocalPresence-example-Calling {key}", content)
            number = queue.default_number.arn if queue.default_number else None
            whispers.append(whisper_of(content))
            queues.append(
                queue_properties(
                    key,
                    queue,
                    whispers[-1],
                    number_arn=number or "",
                    flow_arn=instance.arn_of("contact-flow", flow),
                )
            )
        request = properties("example", instance.arn, whispers, queues)
        with contextlib.redirect_stdout(io.StringIO()):
            return self._deploy.send("Create", request)

    def _made(self) -> Config:
        queues = {f"q{n}": self._queue(n) for n in range(self._random.randint(1, 3))}
        document = {
            "environment": "example",
            "instance": {"arn": self._deploy.instance.arn},
            "queues": queues,
            "pools": {"all": {"country": "US"}},
        }
        return parse(yaml.safe_dump(document))

    def _queue(self, number: int) -> dict[str, Any]:
        instance, choice = self._deploy.instance, self._random.choice
        kinds = [RECORDING, LOUD, SPEAK, *([PROMPT] if self._random.random() < 0.2 else [])]
        blocks = [block for block in kinds if self._random.random() < 0.5]
        flow = instance.add_flow(f"Old {number}", whisper(*blocks))
        caller = {
            NAME: choice(["", "Sales dept", "Example"]),
            NUMBER: choice(["", *self._numbers, *self._numbers]),
            FLOW: choice(["", flow, flow]),
        }
        made = instance.add_queue(
            f"Queue {number}", **{name: value for name, value in caller.items() if value}
        )
        queue: dict[str, Any] = {
            "existing": {"id": made if self._random.random() < 0.95 else str(instance.id)},
            "name": f"Queue {number}",
            "caller_id_name": "Example",
            "pool": "all",
            "purpose": "service",
        }
        stated = {
            "recording": {"agent": True, "customer": choice([True, False])},
            "flow_logging": choice([True, False]),
            "voice": {"name": choice(["Joanna", "Amy"])},
            "analytics": {"enabled": False},
        }
        queue |= {key: value for key, value in stated.items() if self._random.random() < 0.7}
        if self._random.random() < 0.5:
            given = choice([*self._numbers, *self._numbers, self._foreign])
            numbers = instance.numbers
            queue["default_number"] = {"arn": numbers.arn_of(numbers.held[given])}
        return queue
