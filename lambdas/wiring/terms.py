"""What a deployment asks of its numbers, as the functions are told in their environment."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lambdas.domain.lifecycle import Terms
from lambdas.domain.reputation import limit_for
from lambdas.domain.settings import PoolSettings

DAYS_A_MONTH = 30


def terms(told: Mapping[str, Any], pool: PoolSettings | None) -> Terms:
    """What the deployment asks for. Probation lasts as long as warming up at least."""
    steps = round(told["calling_hours_a_day"] * DAYS_A_MONTH)
    warm_up = 7 * len(pool.limits.warm_up) if pool else 0
    return Terms(
        limit=limit_for(told["false_rests_percent_a_month"] / 100, steps),
        most_resting_percent=told["most_resting_percent"],
        rest=timedelta(days=told["rest_days"]),
        probation=timedelta(days=max(told["probation_days"], warm_up)),
        label_retires=timedelta(days=told["label_retires_after_days"]),
    )
