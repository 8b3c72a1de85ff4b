"""What a simulation found."""

from dataclasses import dataclass
from typing import Any

from lambdas.domain.settings import PoolSettings, QueueSettings, Tier
from local.simulation.agents import Made, Outcome
from local.simulation.calling import Asked
from local.simulation.costs import Costs, prices
from local.simulation.memory_store import Meter
from local.simulation.watching import Watch

Json = Any
FAR = (Tier.COUNTRY, Tier.NATIONAL, Tier.GOLDEN_TOLL_FREE, Tier.TOLL_FREE)


@dataclass(frozen=True)
class Plan:
    """What was simulated."""

    queue: QueueSettings
    pool: PoolSettings
    numbers: int
    agents: int
    customers: int
    days: int


@dataclass(frozen=True)
class Report:
    """`calls_a_day` were asked for; `made` says what the agents did, `watch` what customers saw,
    `asked` how often the picker was asked, `meter` what it asked of the store."""

    plan: Plan
    calls_a_day: int
    made: Made
    watch: Watch
    asked: Asked
    meter: Meter
    costs: Costs

    @property
    def calls(self) -> int:
        return sum(self.made.outcomes.values())

    @property
    def exhausted(self) -> int:
        """Calls that found no number to show, for whatever reason."""
        reasons = self.watch.tally.by_reason
        return sum(reasons[why] for why in ("pool_exhausted", "pool_is_empty", "out_of_time"))

    @property
    def answered(self) -> int:
        return self.made.outcomes[Outcome.ANSWERED]

    @property
    def far_share(self) -> float:
        """The share of the calls that showed a number of no place near, or of none at all."""
        tiers = self.watch.tally.by_tier
        return sum(tiers[tier] for tier in FAR) / max(1, self.calls)

    @property
    def rules_held(self) -> bool:
        tally = self.watch.tally
        return not (tally.caps_passed or tally.repeats or self.asked.answers_differ)

    @property
    def round_trips(self) -> int:
        return sum(self.meter.requests.values())

    def as_json(self) -> dict[str, Json]:
        """The same for the same seed: no clock's time is in it."""
        tally, picks = self.watch.tally, max(1, self.asked.picks)
        table = prices()
        return {
            "calls": self.calls,
            "caps_passed": tally.caps_passed,
            "repeats_avoidable": tally.repeats,
            "by_tier": dict(tally.by_tier.most_common()),
            "by_action": dict(tally.by_action.most_common()),
            "by_reason": dict(tally.by_reason.most_common()),
            "busiest_over_mean": round(self.watch.busiest_over_mean(), 3),
            "round_trips_per_pick": round(self.round_trips / picks, 4),
            "write_units_per_pick": round(self.meter.write_units / picks, 4),
            "read_units_per_pick": round(self.meter.read_units / picks, 4),
            "usd_per_million_picks": round(self.costs.total, 4),
            "usd_parts": {
                "write_units": round(self.costs.write_units, 4),
                "read_units": round(self.costs.read_units, 4),
                "lambda_requests": round(self.costs.lambda_requests, 4),
                "lambda_duration": round(self.costs.lambda_duration, 4),
            },
            "prices": {
                "region": table.region,
                "day": table.day,
                "source": table.source,
                "left_out": table.left_out,
            },
            "every_number_busy": tally.busy,
            "picks": self.asked.picks,
            "asked_again": self.asked.again,
            "answers_differ": self.asked.answers_differ,
            "commits_refused": {why.value: n for why, n in sorted(self.meter.refused.items())},
            "returning_share": round(tally.returning / max(1, self.calls), 4),
            "answered_number_kept": tally.kept_answered,
            "outcomes": {outcome.value: n for outcome, n in self.made.outcomes.items()},
            "by_hour_utc": self.made.by_hour,
            "busiest_numbers": dict(self.watch.busiest(5)),
            "queue": self.plan.queue.key,
            "pool": self.plan.pool.name,
            "numbers": self.plan.numbers,
            "customers": self.plan.customers,
            "agents": self.plan.agents,
            "idle_minutes": self.made.idle,
            "days": self.plan.days,
        }
