"""`python -m local COMMAND`: the product on this machine."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from local.errors import LocalError
from local.flow_runner.errors import FlowError, InvalidFlowError

COMMANDS = {
    "demo": "the main job: upload a sample pool, dial sample customers, show what they see",
    "import": "what becomes of each row of an uploaded number pool",
    "dial": "which number a customer would see, and why",
    "explain": "what a call would show, what else it could, and why each other number fell",
    "check-contacts": "which rows of a contact list can be dialled, when, and what is wrong",
    "cost": "what a deployment costs by module while nobody calls, and what picks cost",
    "dashboard": "the CloudWatch dashboard of a config as a page, with sample values",
    "coverage": "which customers get a local number, and which numbers to buy",
    "plan": "a living instance against the config: what a deployment changes, what it refuses",
    "smoke": "whether a live deployment is whole; with --call, what one call of yours shows",
    "mode": "the mode of each queue: off, observe, a share of the calls, or on; shown or set",
    "suppress": "keep a person from being called; show or lift what stands",
    "report": "how calls are answered, by number, pool, tier, hour; what rests; what to do next",
    "inventory": "which numbers the instance really holds; those it does not go out of use",
    "forget": "erase a person; every store with what became of them there",
    "registry": "papers of our numbers: what is due, files of them, lists for others",
    "recheck": "have a contact list of a deployment checked again, at once",
    "reputation": "each number's state, how it is answered, who rests and why; the judge's mode",
    "rest": "take a number out of use until a day",
    "activate": "put a number that rests back to use",
    "simulate": "days of calls in virtual time: limits, repeats, tiers, costs",
    "bench": "every benchmark, ours and the other side by side",
    "evidence": "the long demonstrations: races, replays, simulations",
}


def parser_of(command: str | None) -> argparse.ArgumentParser:
    """The parser of the whole command line, with the options of `command` alone filled in.

    Only that command's module is imported: each starts fast.
    """
    parser = argparse.ArgumentParser(
        prog="python -m local",
        description="Local Presence for Amazon Connect, on this machine and without an account.",
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if name == command:
            module = importlib.import_module(f"local.commands.{name.replace('-', '_')}_command")
            module.add_options(subparser)
            subparser.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. What the user must mend is told in one piece on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in given if not word.startswith("-")), None)
    parser = parser_of(command)
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        code: int = options.run(options)
    except (LocalError, FlowError, InvalidFlowError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
