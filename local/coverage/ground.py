"""What judging and choosing stand on: places, rules, countries' names, and the configured queue."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambdas.domain.intake import Intake
from lambdas.domain.places import Places
from lambdas.domain.rules import Rules
from lambdas.domain.settings import PoolSettings, QueueSettings, Settings
from local.errors import LocalError
from local.toolchain import BUILD, ROOT
from tools.countries.build import build as build_countries
from tools.places.build import build as build_places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

PLACES = BUILD / "places.bin"
COUNTRIES = BUILD / "countries.json"
RULES = ROOT / "lambdas" / "domain" / "data" / "caller_id_rules.json"


@dataclass(frozen=True)
class Ground:
    """The data files of the functions, and one queue of the config with its pool."""

    places: Places
    rules: Rules
    countries: "Mapping[str, str]"
    queue: QueueSettings
    pool: PoolSettings

    def intake(self, country: str | None, today: "date") -> Intake:
        """The intake that an upload into the pool meets."""
        return Intake(
            self.places,
            self.rules,
            self.countries,
            country or self.pool.country,
            today,
            frozenset({self.queue.purpose}),
        )


def ground_of(config: Path, queue: str | None) -> Ground:
    """Read the config, and make the data files where they are missing or old.

    Raises LocalError with all mistakes of the config, or with its queues when `queue` is none.
    """
    settings = settings_of(config)
    chosen = settings.queue(queue) if queue else next(iter(settings.queues.values()))
    if chosen is None:
        known = ", ".join(settings.queues)
        raise LocalError(f"The config has no queue {queue!r}. Its queues: {known}.")
    build_places(PLACES)
    build_countries(COUNTRIES)
    return Ground(
        Places.load(PLACES.read_bytes()),
        Rules.from_json(
            json.loads(RULES.read_text("utf-8")), settings.origin, settings.rule_overrides
        ),
        json.loads(COUNTRIES.read_text("utf-8")),
        chosen,
        settings.pools[chosen.pool],
    )


def settings_of(config: Path) -> Settings:
    """Queues and pools of a config. Raises LocalError with all its mistakes."""
    from stacks.config import ConfigError, load

    try:
        return Settings.from_json(load(config).settings())
    except ConfigError as error:
        raise LocalError(str(error)) from error
