"""Every fault of the table, always, now and then and in bursts, through the picker's handler."""

import tempfile
from pathlib import Path

from local import fault_round, stage
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.fault_round import SECOND, Round
from local.fault_table import FAULTS, SCHEDULES
from local.toolchain import Say

INVOCATIONS = 36


@evidence("claims/faults", "claims/faults_in_time")
def faults(say: Say) -> list[Finding]:
    """Legal answers, one count a claim, and an answer within the second, whatever fails."""
    rounds: list[Round] = []
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        numbers = stage.numbers_of(fault_round.POOL_SIZE)
        set_up = stage.staged(address, Path(name), fault_round.settings(), numbers)
        returns = fault_round.with_rest_and_removal(set_up)
        for fault in FAULTS:
            for schedule in SCHEDULES:
                say(f"{fault.name}, {schedule}")
                rounds.append(fault_round.play(set_up, returns, fault, schedule, INVOCATIONS))
    wrong = [f"{played}: {fault}" for played in rounds for fault in played.wrong]
    late = sum(played.late for played in rounds)
    again = sum(played.asked_again for played in rounds)
    asked = sum(played.actions.total() for played in rounds)
    slowest = max(rounds, key=lambda played: played.slowest)
    return [
        Finding(
            len(wrong),
            "0 answers that are not legal, 0 claims not counted once",
            not wrong,
            "\n".join(wrong[:10] or [f"{asked:,} invocations", *map(str, rounds)]),
        ),
        Finding(
            late,
            f"0 answers later than {SECOND:g} s",
            not late,
            f"{asked:,} invocations, a new container every {fault_round.COLD_EVERY}; {again} late "
            f"ones were asked again on this busy machine; "
            f"slowest: {slowest}",
        ),
    ]
