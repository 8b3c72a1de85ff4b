"""One YAML file per environment, typed and validated before anything is synthesised."""

from stacks.config.listed import CALLING
from stacks.config.mistakes import ConfigError, Mistake
from stacks.config.model import Config
from stacks.config.pools import Limits, Pool, Repeat, Tier
from stacks.config.queues import DefaultNumber, OnFailure, Purpose, Queue
from stacks.config.reading import load, parse

__all__ = [
    "CALLING",
    "Config",
    "ConfigError",
    "DefaultNumber",
    "Limits",
    "Mistake",
    "OnFailure",
    "Pool",
    "Purpose",
    "Queue",
    "Repeat",
    "Tier",
    "load",
    "parse",
]
