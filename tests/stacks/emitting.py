"""Metrics as they come: of AWS by what the templates have, ours by invoking the real handlers."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas import wiring
from lambdas.domain.inventory import Found, Reconciled, State
from lambdas.domain.lifecycle import Mode as ReputationMode
from lambdas.domain.phone import E164
from lambdas.domain.registry import Gap, Trouble
from lambdas.domain.report_steps import Around
from lambdas.domain.settings import Mode, RunMode
from lambdas.import_numbers import handler as numbers
from lambdas.import_suppressions import handler as suppression_files
from lambdas.inventory import handler as inventory
from lambdas.judge_numbers import handler as judge
from lambdas.pick_caller_id import handler as picks
from lambdas.publish_directory import handler as publisher
from lambdas.record_outcomes import handler as recorder
from lambdas.registry import handler as registry
from lambdas.report import handler as report_handler
from lambdas.stop_contact import handler as stopper
from lambdas.store.mailed import Mailing
from lambdas.suppress_customer import handler as suppressor
from lambdas.usecases.judge_numbers import Judged
from lambdas.usecases.keep_papers import Checked
from lambdas.usecases.make_report import Stock
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.publish_directory import Standing
from lambdas.usecases.reconcile_inventory import Inventory, Unbelievable
from lambdas.usecases.suppress import Known
from lambdas.wiring import importing_suppressions, judging, picking, reporting, suppressing
from lambdas.wiring import inventory as inventory_adapters
from lambdas.wiring import numbers as number_adapters
from lambdas.wiring import outcomes as outcomes_adapters
from lambdas.wiring import registry as registry_adapters
from local.alarm_rules import Datum, logged
from local.contact_records import contact_record
from tests.stacks.synthesis import Synthesised
from tests.unit.builders import NOON, NanpStates, customer, nanp, pool, rules
from tests.unit.builders import directory as directory_of
from tests.unit.fakes import FixedDirectories, MemoryClaims, MemorySuppressions, out_of_reach
from tests.unit.outcomes.memory import MemoryOutcomes

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

_EVERY_FUNCTION = ("Errors", "Throttles", "Duration", "Invocations")


def names_of_aws(app: Synthesised) -> set[tuple[str, str, frozenset[tuple[str, str]]]]:
    """Namespace, metric and dimensions of what AWS itself emits for the templates' resources."""
    return set(_names_of_aws(app))


def _names_of_aws(app: Synthesised) -> Iterator[tuple[str, str, frozenset[tuple[str, str]]]]:
    streamed, asynchronous = _fed_by_streams(app), _invoked_asynchronously(app)
    for name in app.of_type("AWS::Lambda::Function"):
        plain = app.named({"Ref": name})
        metrics = [*_EVERY_FUNCTION]
        metrics += ["IteratorAge"] * (plain in streamed)
        metrics += ["AsyncEventsDropped"] * (plain in asynchronous)
        for metric in metrics:
            yield "AWS/Lambda", metric, frozenset({("FunctionName", plain)})
    for alias in app.of_type("AWS::Lambda::Alias").values():
        plain = app.named(alias["Properties"]["FunctionName"])
        resource = f"{plain}:{alias['Properties']['Name']}"
        for metric in _EVERY_FUNCTION:
            dimensions = frozenset({("FunctionName", plain), ("Resource", resource)})
            yield "AWS/Lambda", metric, dimensions
    for name in app.of_type("AWS::SQS::Queue"):
        dimensions = frozenset({("QueueName", f"{app.named({'Ref': name})}.QueueName")})
        yield "AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions
        yield "AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions
    for subscription in app.of_type("AWS::SNS::Subscription").values():
        topic = app.named(subscription["Properties"]["TopicArn"])
        dimensions = frozenset({("TopicName", f"{topic}.TopicName")})
        yield "AWS/SNS", "NumberOfNotificationsFailed", dimensions
    for name in app.of_type("AWS::KinesisFirehose::DeliveryStream"):
        dimensions = frozenset({("DeliveryStreamName", app.named({"Ref": name}))})
        yield "AWS/Firehose", "DeliveryToS3.DataFreshness", dimensions
        yield "AWS/Firehose", "FailedConversion.Records", dimensions
    for name in app.of_type("AWS::StepFunctions::StateMachine"):
        dimensions = frozenset({("StateMachineArn", f"{app.named({'Ref': name})}.Arn")})
        yield "AWS/States", "ExecutionsFailed", dimensions
        yield "AWS/States", "ExecutionsTimedOut", dimensions


def _fed_by_streams(app: Synthesised) -> set[str]:
    return {
        app.named(mapping["Properties"]["FunctionName"])
        for mapping in app.of_type("AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" in mapping["Properties"]
    }


def _invoked_asynchronously(app: Synthesised) -> set[str]:
    return {
        app.named(permission["Properties"]["FunctionName"]).removesuffix(".Arn")
        for permission in app.of_type("AWS::Lambda::Permission").values()
        if permission["Properties"]["Principal"] in ("sns.amazonaws.com", "events.amazonaws.com")
    }


class Handlers:
    """The real handlers with their stores in memory, and the metrics in what they print."""

    def __init__(self, app: Synthesised, patch: Patch, capture: Capture) -> None:
        self.patch, self.capture = patch, capture
        wiring.reset()
        patch.setenv("LAMBDA_TASK_ROOT", str(app.artifact("PickCallerId")))
        patch.setattr(wiring, "now", lambda: NOON)

    def block_failed(self) -> list[Datum]:
        return self._of(lambda: stopper.handler(_flow(final="true"), None))

    def suppression_refused(self, reason: str = "no such reason") -> list[Datum]:
        self.patch.setattr(suppressing, "suppressions", MemorySuppressions)
        self.patch.setattr(suppressing, "known", lambda: Known(("Example Care",)))
        return self._of(lambda: suppressor.handler(_flow(reason=reason), None))

    def rows_refused(self) -> list[Datum]:
        uploads = SimpleNamespace(put_report=lambda *_: None, notify=lambda *_: None)
        self.patch.setattr(importing_suppressions, "uploads", lambda: uploads)
        return self._of(lambda: suppression_files.handler(_dropped("suppressions/x.csv"), None))

    def picks(
        self, queue: str, count: int, mode: Mode = Mode.OBSERVE, trouble: str = ""
    ) -> list[Datum]:
        """So many calls of one queue, told within one hour."""
        claims = MemoryClaims()
        numbers = () if trouble == "empty" else (*nanp("206", 3), "+18005550123")
        directories = FixedDirectories(directory_of(*numbers))
        if trouble == "away":
            directories.fault = out_of_reach
        self.patch.setattr(picking, "picker", lambda: Picker(
            claims=claims, directories=directories, places=NanpStates(), rules=rules(),
            pools=lambda _name: pool(12, 60, 30, 10), modes=lambda _queue: RunMode(mode),
        ))  # fmt: skip
        data = []
        for call in range(count):
            asked = _flow(queue=queue)
            asked["Details"]["ContactData"]["ContactId"] = f"contact-{queue}-{call}"
            asked["Details"]["ContactData"]["CustomerEndpoint"]["Address"] = customer(100 + call)
            data += self._of(partial(picks.handler, asked, None), at=call * 60.0)
        return data

    def judged(self, waiting: int = 0, behind: int = 0) -> list[Datum]:
        """Six looks of the judge, an hour apart."""
        found = Judged("sales", ReputationMode.OBSERVE, behind=behind)
        found.waiting = (E164("+12065550123"),) * waiting
        self.patch.setattr(judging, "mode", lambda: ReputationMode.OBSERVE)
        looks = SimpleNamespace(look=lambda pool, *_: found if pool == "sales" else None)
        self.patch.setattr(judging, "judge", lambda *_: looks)
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: 1000)
        data = []
        for hour in range(6):
            data += self._of(lambda: judge.handler({}, context), at=hour * 3600.0)
        return data

    def report(self, mailing: Mailing) -> list[Datum]:
        """The weekly report of no calls, at a mail that has come so far."""
        nothing = SimpleNamespace(own_numbers=lambda *_: frozenset())
        stock = Stock(["sales"], lambda _: (), lambda _: (), nothing)
        sources = SimpleNamespace(stock=lambda *_: stock, around=lambda *_: Around())
        mailed = SimpleNamespace(begin=lambda *_: mailing, sent=lambda _: None)
        self.patch.setattr(reporting, "sources", lambda: sources)
        self.patch.setattr(reporting, "mailed", lambda: mailed)
        self.patch.setattr(reporting, "ses", lambda: SimpleNamespace(send_email=lambda **_: None))
        told = {"sender": "a@example.com", "to": ["b@example.com"], "deployment": "x"}
        self.patch.setattr(reporting, "post", lambda: told)
        return self._of(lambda: report_handler.handler({}, None))

    def upload(self) -> list[Datum]:
        uploads = SimpleNamespace(put_report=lambda *_: None, notify=lambda *_: None)
        self.patch.setattr(number_adapters, "uploads", lambda: uploads)
        event = _dropped("numbers/nowhere/x.csv")
        return self._of(lambda: numbers.handler(event, None))

    def published(self) -> list[Datum]:
        store = SimpleNamespace(
            standing=lambda *_: Standing(60, 20, 3), has_returned=lambda *_: False
        )
        self.patch.setattr(number_adapters, "publishing", lambda: store)
        return self._of(lambda: publisher.handler({}, None))

    def drift(self, state: State) -> list[Datum]:
        found = Reconciled([Found(E164(nanp("206", 1)[0]), state)], [])
        told = Inventory(found, [], [], [], is_news=False)
        return self._inventory(lambda tell: tell(told))

    def inventory_refused(self) -> list[Datum]:
        def refuse(_tell: Any) -> None:
            raise Unbelievable("no number at all")

        return self._inventory(refuse)

    def _inventory(self, run: Callable[[Any], None]) -> list[Datum]:
        def reconcile(*_: Any, tell: Any, **__: Any) -> bool:
            run(tell)
            return False

        self.patch.setattr(inventory, "reconcile_inventory", reconcile)
        for adapter in ("targets", "stock", "lister", "store"):
            self.patch.setattr(inventory_adapters, adapter, lambda *_: None)
        self.patch.setattr(inventory_adapters, "reports", lambda: None)
        context = SimpleNamespace(
            aws_request_id="one", get_remaining_time_in_millis=lambda: 900_000
        )
        return self._of(lambda: inventory.handler({}, context))

    def gaps(self, trouble: Trouble) -> list[Datum]:
        gap = Gap(0, "", E164(nanp("206", 1)[0]), "service", trouble, "cnam", "", "")
        checked = Checked("service", [gap], [], [])
        self.patch.setattr(registry, "check_papers", lambda *_: checked)
        self.patch.setattr(registry_adapters, "papers", lambda: SimpleNamespace(all=dict))
        for adapter in ("terms_of", "members", "withholding"):
            self.patch.setattr(registry_adapters, adapter, lambda *_: [])
        return self._of(lambda: registry.handler({}, None))

    def outcomes(self) -> list[Datum]:
        """One call that is counted."""
        self.patch.setattr(outcomes_adapters, "outcomes", MemoryOutcomes)
        self.patch.setattr(outcomes_adapters, "places", NanpStates)
        self.patch.setattr(outcomes_adapters, "ledger_kept", lambda: timedelta(days=90))
        record = contact_record("counted", customer=customer(101), began=NOON)
        data = base64.b64encode(json.dumps(record).encode()).decode()
        event = {"Records": [{"kinesis": {"sequenceNumber": "1", "data": data}}]}
        return self._of(lambda: recorder.handler(event, None))

    def _of(self, invoke: Callable[[], Any], at: float = 0.0) -> list[Datum]:
        self.capture.readouterr()
        invoke()
        return logged(self.capture.readouterr().out, at)


def _flow(**parameters: str) -> dict[str, Any]:
    data = {
        "ContactId": "" if "final" in parameters else "c1",
        "Channel": "VOICE",
        "CustomerEndpoint": {"Address": customer(199), "Type": "TELEPHONE_NUMBER"},
        "SystemEndpoint": {"Address": "+12065550188", "Type": "TELEPHONE_NUMBER"},
    }
    return {"Details": {"ContactData": data, "Parameters": parameters}, "Name": "ContactFlowEvent"}


def _dropped(key: str) -> dict[str, Any]:
    told = {"bucket": {"name": "uploads"}, "object": {"key": key, "etag": "e", "size": 5}}
    body = {"detail": told, "time": "2026-11-20T12:00:00Z", "id": "1"}
    return {"Records": [{"messageId": "m", "body": json.dumps(body), "attributes": {}}]}
