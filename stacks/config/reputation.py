"""How numbers are judged by what becomes of their calls, and who says that they are labelled."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from stacks.config.base import Part
from stacks.config.infrastructure import SecretArn


class LabelService(Part):
    """A service that is asked daily what phones show for our numbers (docs/reputation.md)."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    """How reasons and reports call it."""

    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]
    """Where it is asked."""

    secret_arn: SecretArn
    """The secret with its key, as text. It stays where it is and is read once a day."""

    secret_key_arn: (
        Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:kms:.+:key/.+$")] | None
    ) = None
    """The customer-managed KMS key of the secret, where it has one."""

    most_numbers_a_day: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """So many numbers are asked about in a UTC day, whatever happens; the others another day."""

    per_second: Annotated[float, Field(ge=0.1, le=50)] = 2.0
    """Requests a second, each about 50 numbers."""


class Labels(Part):
    """Reports that phones show a label, such as "Scam Likely", instead of the caller's name."""

    retires_after_days: Annotated[int, Field(ge=1, le=365)] = 30
    """A number whose label stands for so long is retired. It rests from the first day on."""

    service: LabelService | None = None
    """Without it, labels come from files under `labels/` of the uploads bucket alone."""


class Reputation(Part):
    """Numbers that are answered too seldom rest, a share of the pool at most, the worst first."""

    mode: Literal["observe", "enforce"] = "observe"
    """The first mode: `observe` records which numbers would rest, `enforce` lets them rest. Later
    it is changed at run time, without a deployment."""

    most_resting_percent: Annotated[int, Field(ge=1, le=50)] = 20
    """So much of a pool rests at once at most; one number of a small pool may. Rests by staff
    count, and are not limited; nor are those of labelled numbers."""

    rest_days: Annotated[int, Field(ge=1, le=365)] = 14
    """How long a number rests. One that is flagged again on probation rests three times as long,
    and is retired the third time."""

    probation_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How long a number is on probation that has come back."""

    false_rests_percent_a_month: Annotated[float, Field(ge=0.05, le=20)] = 1.0
    """So many healthy numbers of a hundred rest by mistake in a month, at most. With fewer, worn
    numbers are noticed later."""

    calling_hours_a_day: Annotated[float, Field(ge=1, le=24)] = 10.0
    """In how many hours of a day a number makes calls; each is one step of the test."""

    labels: Labels = Labels()

    @property
    def told(self) -> dict[str, Any]:
        """What the functions go by (lambdas/wiring/terms.py)."""
        return {
            **self.model_dump(exclude={"labels"}),
            "label_retires_after_days": self.labels.retires_after_days,
        }
