"""`mode`: what each queue does with the picker's decisions, and how to change it."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from lambdas.domain.settings import RunMode
from lambdas.store.modes import read_modes, set_modes
from local.commands import common, deployment
from local.commands.deployment import Deployment
from local.errors import LocalError

NAMED = 5
"""So many queues of a list whose mode is another one are named."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "queue", nargs="?", metavar="QUEUE", help="a queue's key in the config, or a list's name"
    )
    parser.add_argument(
        "mode",
        nargs="*",
        metavar="MODE",
        help="off, observe, percent N or on; without it the mode is shown",
    )
    deployment.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Show the mode of each queue, or set the mode of one, or of all of a list."""
    try:
        wanted = _mode(" ".join(options.mode)) if options.mode else None
        with deployment.opened(options) as deployed:
            if wanted is None:
                standing = _standing(options.queue, deployed)
                lists = {} if options.queue else _lists(deployed)
                _show(standing, lists, as_json=options.json)
            else:
                _tell(_set(options.queue, wanted, deployed), deployed, options)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    return 0


def _mode(text: str) -> str:
    try:
        return RunMode.read(text).written()
    except ValueError:
        raise LocalError(
            f"{text!r} is no mode: write off, observe, percent 25 (0 to 100) or on."
        ) from None


def _show(modes: Mapping[str, str], lists: Mapping[str, Sequence[str]], *, as_json: bool) -> None:
    """`lists` are told in a line each: hundreds of agents nearly always have one mode."""
    if as_json:
        print(json.dumps({"modes": modes}, ensure_ascii=False))
        return
    folded = {queue for queues in lists.values() for queue in queues}
    lines = [(queue, mode) for queue, mode in modes.items() if queue not in folded]
    for name, queues in lists.items():
        called = f"{name} ({len(queues)} queues)"
        lines.append((called, _folded({queue: modes[queue] for queue in queues})))
    width = max(len(name) for name, _ in lines)
    for name, told in lines:
        print(f"{name:{width}}  {told}")


def _folded(modes: Mapping[str, str]) -> str:
    """The mode of most, and which queues have another one: "on; off: agent-7"."""
    (usual, _), *others = Counter(modes.values()).most_common()
    told = [usual]
    for mode, count in others:
        named = [queue for queue, one in modes.items() if one == mode][:NAMED]
        more = f" and {count - len(named)} more" if count > len(named) else ""
        told.append(f"{mode}: {', '.join(named)}{more}")
    return "; ".join(told)


def _lists(deployed: Deployment) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, queue in deployed.queues.items():
        if queue.of_list:
            found.setdefault(queue.of_list, []).append(key)
    return found


def _set(queue: str, mode: str, deployed: Deployment) -> dict[str, str]:
    before = _standing(queue, deployed)
    set_modes(deployed.client, deployed.table, list(before), mode)
    deployed.changed()
    was = Counter(before.values()).most_common()
    told = was[0][0] if len(was) == 1 else ", ".join(f"{each} {count}" for each, count in was)
    of_list = {} if queue in before else {"queues": str(len(before))}
    return {"queue": queue, **of_list, "mode": mode, "before": told}


def _tell(done: Mapping[str, str], deployed: Deployment, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(done, ensure_ascii=False))
    else:
        when = "; in force at every picker within 20 seconds" if deployed.in_aws else ""
        many = f" ({done['queues']} queues)" if "queues" in done else ""
        print(f"{done['queue']}{many}: {done['mode']} (was {done['before']}){when}")
    if not deployed.in_aws and options.state is None:
        print("Nothing keeps this: name a folder with --state DIR.", file=sys.stderr)


def _standing(queue: str | None, deployed: Deployment) -> dict[str, str]:
    """What was set last, else what the config begins with: of one queue, of those of a list, or of
    each."""
    chosen = deployed.queues if queue is None else _chosen(queue, deployed)
    found = read_modes(deployed.client, deployed.table)
    return {key: found.get(key, deployed.queues[key].mode.written()) for key in chosen}


def _chosen(name: str, deployed: Deployment) -> list[str]:
    if name in deployed.queues:
        return [name]
    found = [key for key, queue in deployed.queues.items() if queue.of_list == name]
    if not found:
        known = ", ".join(dict.fromkeys(one.counted_as for one in deployed.queues.values()))
        raise LocalError(f"The config has no queue or list {name!r}. Its queues: {known}.")
    return found
