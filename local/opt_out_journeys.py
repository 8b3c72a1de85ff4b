"""Every way by which a person can stop our calls, each as they or an agent would go it."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lambdas import wiring
from local.cloud import LocalCloud
from local.commands import deployment, suppress_command
from local.dialling import Call, Dial, dial
from local.opting_out import call_back, contact_record, deliver, request, send_text

Json = Any
Act = Callable[[LocalCloud, str], None]

LAWFUL = datetime(2026, 11, 4, 19, 0, tzinfo=UTC)
"""A Wednesday, eleven in the morning in Seattle."""
BUSY_TRIES = 10
OUT_OF_TIME = frozenset({"store_unavailable", "out_of_time", "picker_failed"})
QUEUES = ("outbound-service", "outbound-sales")
POOL = "number\n" + "\n".join(f"+1206555{line:04d}" for line in range(101, 109)) + "\n"
POOL_OF_SALES = "number\n" + "\n".join(f"+1206555{line:04d}" for line in range(111, 119)) + "\n"


@dataclass(frozen=True)
class Journey:
    """One way: what is done, by whom, and the reason that must stand afterwards."""

    name: str
    act: Act
    reason: str
    through: str


def customers() -> list[str]:
    """Numbers of people, of the range that is kept for fiction."""
    return [f"+1206555{line:04d}" for line in range(130, 200)]


def journeys() -> list[Journey]:
    """All of them; the console, when there is one, goes by the API."""
    return [
        Journey("an agent's guide, at once", _guide, "opt_out", "agent"),
        Journey("a flow of the staff's own", _flow, "do_not_call", "agent"),
        Journey("a system that invokes the function", _invoked, "deceased", "api"),
        Journey("a disposition after a call out", _outbound, "do_not_call", "disposition"),
        Journey("a disposition after a call in", _inbound, "wrong_number", "disposition"),
        Journey("STOP by SMS", _text("STOP"), "opt_out", "sms"),
        Journey("another language by SMS", _text("Arrêtez, svp !"), "opt_out", "sms"),
        Journey("a wrong number by SMS", _text("Sorry, wrong number"), "wrong_number", "sms"),
        Journey("the key 9 on a return call", _key("9"), "opt_out", "key_press"),
        Journey("the key 8 on a return call", _key("8"), "wrong_number", "key_press"),
        Journey("the HTTP API", _api, "litigator", "api"),
        Journey("a file", _file, "opt_out", "file"),
        Journey("the command line", _command, "do_not_call", "command_line"),
    ]


def call(cloud: LocalCloud, number: str, queue: str = QUEUES[0]) -> Dial:
    """An agent dials the person; again where a busy machine let the picker run out of time."""
    for _ in range(BUSY_TRIES):
        done = dial(cloud, Call(number, queue))
        if done.reason not in OUT_OF_TIME:
            break
    return done


def lifted(cloud: LocalCloud, number: str) -> int:
    """Somebody lifts all that stands, by name and with a reason; how many were lifted."""
    told = {"number": number, "by": "a supervisor", "why": "The customer asked for our calls"}
    answer = request(cloud, "POST /suppressions/lift", told)
    wiring.reset()
    return int(answer.body["lifted"])


def standing(cloud: LocalCloud, number: str) -> list[Mapping[str, Json]]:
    """What stands against calls, as the API shows it."""
    answer = request(cloud, "POST /suppressions/show", {"number": number})
    found: list[Mapping[str, Json]] = answer.body["suppressions"]
    return found


def _from_guide(number: str, parameters: Mapping[str, str], customer: str | None) -> Json:
    endpoint = {"Address": customer, "Type": "TELEPHONE_NUMBER"} if customer else None
    return {
        "Details": {
            "ContactData": {
                "Channel": "VOICE",
                "ContactId": "4a573372-1f28-4e26-b97b-000000000001",
                "CustomerEndpoint": endpoint,
                "Queue": None,
            },
            "Parameters": {**parameters, **({"number": number} if not customer else {})},
        },
        "Name": "ContactFlowEvent",
    }


def _suppressor(cloud: LocalCloud, event: Json) -> None:
    cloud.invoke(cloud.function_of("suppress_customer").arn, event)


def _guide(cloud: LocalCloud, number: str) -> None:
    _suppressor(cloud, _from_guide(number, {"reason": "opt-out", "agent": "ada"}, number))


def _flow(cloud: LocalCloud, number: str) -> None:
    _suppressor(cloud, _from_guide(number, {"reason": "DNC", "by": "flow"}, None))


def _invoked(cloud: LocalCloud, number: str) -> None:
    _suppressor(cloud, {"number": number, "reason": "passed away", "by": "crm"})


def _outbound(cloud: LocalCloud, number: str) -> None:
    deliver(cloud, contact_record(cloud, number, {"disposition": "Do not call"}))


def _inbound(cloud: LocalCloud, number: str) -> None:
    deliver(cloud, contact_record(cloud, number, {"disposition": "WRONG NUMBER"}, "INBOUND"))


def _text(body: str) -> Act:
    def write(cloud: LocalCloud, number: str) -> None:
        send_text(cloud, number, body)

    return write


def _key(key: str) -> Act:
    def press(cloud: LocalCloud, number: str) -> None:
        call_back(cloud, number, key)

    return press


def _api(cloud: LocalCloud, number: str) -> None:
    request(cloud, "POST /suppressions", {"number": number, "reason": "litigator", "by": "legal"})


def _file(cloud: LocalCloud, number: str) -> None:
    cloud.upload("suppressions/all/opted-out.csv", f"number,reason\n{number},stop\n".encode())
    cloud.settle()


def _command(cloud: LocalCloud, number: str) -> None:
    """What the command does, on the cloud that runs already."""
    parser = argparse.ArgumentParser()
    suppress_command.add_options(parser)
    options = parser.parse_args([number, "--reason", "dnc", "--by", "ada", "--state", "this one"])
    suppress_command._done(options, deployment._on_this_machine(cloud))
