"""Whether the parts of the configuration agree with each other.

Works on what the file says, valid or not, so that one run names every mistake.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stacks.config.mistakes import Mistake, did_you_mean
from stacks.config.pool_hours import hour_rules_by_id
from stacks.config.queues import SCREENED, OnFailure
from stacks.config.register_warnings import known_registers
from stacks.config.rule_overrides import rules_by_id
from stacks.config.shapes import shape_of

Raw = Mapping[str, Any]


def disagreements(data: Raw) -> list[Mistake]:
    """Every mistake that lies between two keys."""
    return [mistake for check in _CHECKS for mistake in check(data)]


def _mapping(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _queues(data: Raw) -> Iterator[tuple[str, Raw]]:
    for key, queue in _mapping(data.get("queues")).items():
        yield f"queues.{key}", _mapping(queue)


def _pools_exist(data: Raw) -> Iterator[Mistake]:
    pools = [str(pool) for pool in _mapping(data.get("pools"))]
    for key, queue in _queues(data):
        pool = queue.get("pool")
        if isinstance(pool, str) and pools and pool not in pools:
            words = f"no such pool{did_you_mean(pool, pools)} Known: {', '.join(sorted(pools))}"
            yield Mistake(f"{key}.pool", pool, words)


def _names_differ(data: Raw) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for key, queue in _queues(data):
        name = queue.get("name")
        if not isinstance(name, str):
            continue
        if name in first:
            fix = f"an instance holds a queue's name once; {first[name]} has it already"
            yield Mistake(f"{key}.name", name, fix)
        first.setdefault(name, key)


def _made_queues_have_a_number(data: Raw) -> Iterator[Mistake]:
    for key, queue in _queues(data):
        if queue and queue.get("existing") is None and queue.get("default_number") is None:
            fix = f"is missing; {shape_of(('queues', 'default_number'))}"
            yield Mistake(f"{key}.default_number", None, fix)


def _existing_queues_keep_what_is_theirs(data: Raw) -> Iterator[Mistake]:
    for key, queue in _queues(data):
        for part in ("description", "hours_of_operation"):
            if queue.get("existing") is not None and queue.get(part) is not None:
                fix = "leave it out: a queue that exists has its own, and keeps it"
                yield Mistake(f"{key}.{part}", queue.get(part), fix)


def _existing_queues_are_of_the_instance(data: Raw) -> Iterator[Mistake]:
    instance = _mapping(data.get("instance"))
    for key, queue in _queues(data):
        if queue.get("existing") is None:
            continue
        if instance.get("create") is not None:
            fix = "a new instance holds no queue yet; leave it out, and the queue is made"
            yield Mistake(f"{key}.existing", None, fix)
        arn, home = _mapping(queue["existing"]).get("arn"), instance.get("arn")
        if not isinstance(arn, str) or not isinstance(home, str):
            continue
        if "/queue/" in arn and not arn.startswith(f"{home}/"):
            yield Mistake(f"{key}.existing.arn", arn, "belongs to another instance")


def _a_queue_is_taken_over_once(data: Raw) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for key, queue in _queues(data):
        existing = _mapping(queue.get("existing"))
        named = existing.get("id") or existing.get("arn")
        if not isinstance(named, str):
            continue
        made = named.rpartition("/")[2]
        if made in first:
            fix = f"{first[made]} takes this queue over already"
            yield Mistake(f"{key}.existing", None, fix)
        first.setdefault(made, key)


def _instances_are_made_in_sandboxes(data: Raw) -> Iterator[Mistake]:
    instance = _mapping(data.get("instance"))
    if instance.get("create") is not None and data.get("sandbox") is not True:
        fix = "set sandbox: true, or give the arn of your instance; a living one is never made here"
        yield Mistake("instance.create", None, fix)
    if instance.get("create") is None:
        return
    for key, queue in _queues(data):
        if _mapping(queue.get("default_number")).get("arn") is not None:
            fix = "a new instance holds no number yet; claim one: {claim: {country: US}}"
            yield Mistake(f"{key}.default_number.arn", None, fix)
        if queue.get("hours_of_operation") is not None:
            fix = "a new instance holds no hours yet; leave it out"
            yield Mistake(f"{key}.hours_of_operation", None, fix)


def _one_home(data: Raw) -> Iterator[Mistake]:
    """Everything lies in the account and region that is deployed into."""
    arns = list(_located_arns(data))
    named = {"account": data.get("account"), "region": data.get("region")}
    if isinstance(named["account"], int):
        named["account"] = str(named["account"])
    anchor = next((arn for key, arn in arns if key == "instance.arn"), None)
    for index, name in ((4, "account"), (3, "region")):
        wanted, source = named[name], name
        if not isinstance(wanted, str) and anchor is not None:
            wanted, source = anchor.split(":")[index], "instance.arn"
        if not isinstance(wanted, str):
            continue
        for key, arn in arns:
            if arn.split(":")[index] not in {wanted, ""}:
                yield Mistake(key, arn, f"lies in another {name} than {source} ({wanted})")


def _located_arns(data: Raw) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, Any]] = [("instance.arn", _mapping(data.get("instance")).get("arn"))]
    for key, queue in _queues(data):
        number = _mapping(queue.get("default_number"))
        found.append((f"{key}.default_number.arn", number.get("arn")))
        found.append((f"{key}.existing.arn", _mapping(queue.get("existing")).get("arn")))
        found.append((f"{key}.hours_of_operation", queue.get("hours_of_operation")))
    for name, table in _mapping(data.get("tables")).items():
        found += [
            (f"tables.{name}.{part}", arn)
            for part, arn in _mapping(table).items()
            if part.endswith("arn")
        ]
    for name, call in _mapping(data.get("return_calls")).items():
        found.append((f"return_calls.{name}.queue_arn", _mapping(call).get("queue_arn")))
    for part in ("stream_arn", "key_arn"):
        arn = _mapping(data.get("contact_records")).get(part)
        found.append((f"contact_records.{part}", arn))
    bucket = _mapping(_mapping(data.get("contact_records")).get("bucket"))
    found.append(("contact_records.bucket.key_arn", bucket.get("key_arn")))
    for key, arn in found:
        if isinstance(arn, str) and arn.startswith("arn:") and arn.count(":") >= 5:
            yield key, arn


def _return_calls_are_of_the_instance(data: Raw) -> Iterator[Mistake]:
    instance = _mapping(data.get("instance")).get("arn")
    for name, call in _mapping(data.get("return_calls")).items():
        queue = _mapping(call).get("queue_arn")
        if not isinstance(queue, str) or not isinstance(instance, str):
            continue
        if "/queue/" in queue and not queue.startswith(f"{instance}/"):
            key = f"return_calls.{name}.queue_arn"
            yield Mistake(key, queue, "belongs to another instance")


def _records_have_an_instance(data: Raw) -> Iterator[Mistake]:
    records = _mapping(data.get("contact_records"))
    is_there = _mapping(data.get("instance")).get("arn") is not None
    calling = _mapping(data.get("modules")).get("calling", True)
    if records.get("create") is True and not is_there and calling is False:
        fix = "the instance that writes records is made by modules.calling; switch that on"
        yield Mistake("contact_records.create", True, fix)


def _hours_are_of_the_instance(data: Raw) -> Iterator[Mistake]:
    instance = _mapping(data.get("instance")).get("arn")
    for key, queue in _queues(data):
        hours = queue.get("hours_of_operation")
        if not isinstance(hours, str) or not isinstance(instance, str):
            continue
        if "/operating-hours/" in hours and not hours.startswith(f"{instance}/"):
            yield Mistake(f"{key}.hours_of_operation", hours, "belongs to another instance")


def _a_home_is_known(data: Raw) -> Iterator[Mistake]:
    if _mapping(data.get("instance")).get("create") is None:
        return
    for name, words in (("account", 'account: "111122223333"'), ("region", "region: us-east-1")):
        if data.get(name) is None:
            yield Mistake(name, None, f"is missing; a new instance needs a place: {words}")


def _analytics_needs_both_voices(data: Raw) -> Iterator[Mistake]:
    for key, queue in _queues(data):
        recording = _mapping(queue.get("recording"))
        both = recording.get("agent") is True and recording.get("customer") is True
        if _mapping(queue.get("analytics")).get("enabled") is True and not both:
            fix = "Amazon Connect analyses calls only where agent and customer are both recorded"
            yield Mistake(f"{key}.analytics.enabled", True, f"{fix}; set recording, or false here")


def _the_ledger_remembers_long_enough(data: Raw) -> Iterator[Mistake]:
    kept = _mapping(data.get("retention")).get("ledger_days")
    for key, pool in _mapping(data.get("pools")).items():
        days = _mapping(_mapping(pool).get("avoid_repeat")).get("days")
        if isinstance(days, int) and isinstance(kept, int) and days > kept:
            fix = f"retention.ledger_days forgets after {kept} days; write at most {kept}"
            yield Mistake(f"pools.{key}.avoid_repeat.days", days, fix)


def _the_ledger_remembers_every_attempt(data: Raw) -> Iterator[Mistake]:
    """Law counts calls over days; a ledger that forgets sooner would let more of them pass."""
    kept = _mapping(data.get("retention")).get("ledger_days")
    for key, queue in _queues(data):
        hours = [
            rule["attempts"]["hours"]
            for rule in hour_rules_by_id().values()
            if "attempts" in rule and queue.get("purpose") in rule["purposes"]
        ]
        own = _mapping(queue.get("attempts")).get("hours")
        counted = max([*hours, own if isinstance(own, int) else 0])
        days = -(-counted // 24)
        if isinstance(kept, int) and 1 <= kept < days:
            fix = f"calls of {key} are counted over {days} days; write at least {days}"
            yield Mistake("retention.ledger_days", kept, fix)
            return


def _overridden_rules_exist(data: Raw) -> Iterator[Mistake]:
    known = rules_by_id()
    for name, override in _mapping(_mapping(data.get("rules")).get("overrides")).items():
        key = f"rules.overrides.{name}"
        if name not in known:
            fix = f"no such rule{did_you_mean(name, list(known))} See docs/caller-id-rules.md"
            yield Mistake(key, None, fix)
        elif known[name]["effect"] == "allowed" and (
            _mapping(override).get("effect") == "discouraged"
        ):
            fix = "this rule is a permission: write allowed to use it, forbidden to be without it"
            yield Mistake(f"{key}.effect", "discouraged", fix)


def _lifted_rules_exist(data: Raw) -> Iterator[Mistake]:
    known = list(hour_rules_by_id())
    for key, pool in _mapping(data.get("pools")).items():
        for name in _mapping(_mapping(_mapping(pool).get("hours")).get("lifted")):
            if name not in known:
                fix = f"no such rule{did_you_mean(name, known)} See docs/calling-hours.md"
                yield Mistake(f"pools.{key}.hours.lifted.{name}", None, fix)


def _screened_queues_block(data: Raw) -> Iterator[Mistake]:
    for key, queue in _queues(data):
        screens = queue.get("must_screen")
        if screens is None:
            screens = queue.get("purpose") in {str(purpose) for purpose in SCREENED}
        if screens is True and queue.get("on_error") == OnFailure.DEFAULT:
            fix = (
                "a queue that must look at who is not to be called (must_screen; marketing and"
                " collections do) cannot dial when it cannot look: write block, or must_screen:"
                " false"
            )
            yield Mistake(f"{key}.on_error", "default", fix)


def _registers_exist(data: Raw) -> Iterator[Mistake]:
    known = [register.id for register in known_registers()]
    named = data.get("registers")
    for name in named if isinstance(named, list) else ():
        if isinstance(name, str) and name not in known:
            fix = f"no such register{did_you_mean(name, known)} Known: {', '.join(known)}"
            yield Mistake("registers", name, fix)


_CHECKS: tuple[Callable[[Raw], Iterator[Mistake]], ...] = (
    _pools_exist,
    _names_differ,
    _made_queues_have_a_number,
    _existing_queues_keep_what_is_theirs,
    _existing_queues_are_of_the_instance,
    _a_queue_is_taken_over_once,
    _instances_are_made_in_sandboxes,
    _a_home_is_known,
    _one_home,
    _hours_are_of_the_instance,
    _return_calls_are_of_the_instance,
    _records_have_an_instance,
    _analytics_needs_both_voices,
    _the_ledger_remembers_long_enough,
    _the_ledger_remembers_every_attempt,
    _overridden_rules_exist,
    _screened_queues_block,
    _registers_exist,
    _lifted_rules_exist,
)
