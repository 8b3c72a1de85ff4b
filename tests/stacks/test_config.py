"""What a valid configuration means."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from lambdas.domain.settings import Action, RunMode, Settings
from stacks.config import Config, OnFailure, load, parse
from stacks.config_schema import SCHEMA, schema_text
from tests.stacks.synthesis import EXAMPLE, example
from tests.stacks.variants import VARIANTS, changed

SMALL = """
environment: small
instance:
  arn: >-
    arn:aws-us-gov:connect:us-gov-west-1:012345678901:instance/11111111-2222-3333-4444-555555555555
queues:
  calls:
    name: Calls
    caller_id_name: Example
    default_number: {claim: {country: NO, prefix: +47}}
    pool: all
    purpose: PURPOSE
    mode: on
pools:
  all: {country: NO}
"""


def small(purpose: str = "service") -> Config:
    return parse(SMALL.replace("PURPOSE", purpose))


def test_words_that_yaml_takes_for_other_things_stay_words() -> None:
    config = small()

    assert config.queues["calls"].mode == "on"
    assert config.pools["all"].country == "NO"
    number = config.queues["calls"].default_number
    assert number is not None
    assert number.claim is not None
    assert number.claim.prefix == "+47"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_text(SMALL.replace("PURPOSE", "service"), encoding="utf-8-sig")

    assert load(path).environment == "small"


def test_account_and_region_come_from_the_instance_when_not_given() -> None:
    assert small().home == ("012345678901", "us-gov-west-1")


def test_an_account_may_stand_without_quotes() -> None:
    assert changed(('account: "111122223333"', "account: 111122223333")).account == "111122223333"


def test_a_new_queue_observes_first() -> None:
    assert changed(("    mode: observe\n", "")).queues["outbound-sales"].mode == "observe"


@pytest.mark.parametrize(
    ("purpose", "exhausted"),
    [
        ("marketing", OnFailure.BLOCK),
        ("service", OnFailure.DEFAULT),
        ("collections", OnFailure.DEFAULT),
        ("requested", OnFailure.DEFAULT),
    ],
)
def test_only_marketing_blocks_on_an_exhausted_pool_unless_told(
    purpose: str, exhausted: OnFailure
) -> None:
    config = small(purpose)

    assert config.queues["calls"].when_exhausted is exhausted
    assert config.settings()["queues"]["calls"]["on_exhausted"] == exhausted.value


def test_defaults_of_a_pool_are_moderate() -> None:
    pool = small().settings()["pools"]["all"]

    assert pool["tiers"] == [
        *("answered_before", "city", "nearest", "area_code", "state", "country"),
        *("golden_toll_free", "toll_free"),
    ]
    assert (pool["radius_km"], pool["country"]) == (80, "NO")
    assert (pool["limits"]["per_hour"], pool["limits"]["per_day"]) == (12, 60)
    assert pool["avoid_repeat"] == {"days": 30, "attempts": 10}


def test_the_functions_understand_the_settings() -> None:
    settings = Settings.from_json(json.loads(json.dumps(example().settings())))

    sales = settings.queues["outbound-sales"]
    assert (sales.on_exhausted, sales.on_error) == (Action.BLOCK, Action.BLOCK)
    assert settings.queues["outbound-service"].mode == RunMode.read("observe")
    assert settings.pools["sales"].limits.per_day == 50


@pytest.mark.parametrize(
    ("purpose", "screens", "warned"),
    [
        ("marketing", False, True),
        ("marketing", True, False),
        ("marketing", None, False),
        ("service", None, False),
        ("requested", None, False),
    ],
)
def test_marketing_that_dials_when_the_picker_fails_is_worth_a_warning(
    purpose: str, screens: bool | None, warned: bool
) -> None:
    config = small(purpose)
    queue = config.queues["calls"].model_copy(update={"must_screen": screens})
    config = config.model_copy(update={"queues": {"calls": queue}})

    assert ("queues.calls.on_error" in config.warnings()) is warned


@pytest.mark.parametrize(
    ("purpose", "screens", "on_error", "told"),
    [
        ("marketing", None, None, (True, "block")),
        ("collections", None, None, (True, "block")),
        ("service", None, None, (False, "default")),
        ("service", None, OnFailure.BLOCK, (False, "block")),
        ("service", True, None, (True, "block")),
        ("requested", True, OnFailure.BLOCK, (True, "block")),
        ("marketing", False, None, (False, "default")),
    ],
)
def test_a_queue_that_must_screen_blocks_when_it_cannot(
    purpose: str, screens: bool | None, on_error: OnFailure | None, told: tuple[bool, str]
) -> None:
    config = small(purpose)
    changes = {"must_screen": screens, "on_error": on_error}
    queue = config.queues["calls"].model_copy(update=changes)
    settings = config.model_copy(update={"queues": {"calls": queue}}).settings()

    written = settings["queues"]["calls"]
    assert (written["must_screen"], written["on_error"]) == told


def test_a_brand_and_the_registers_reach_the_functions() -> None:
    config = example().model_copy(update={"registers": ["us_national"]})
    settings = Settings.from_json(json.loads(json.dumps(config.settings())))

    assert settings.queues["outbound-sales"].brand == "Example Sales"
    assert settings.queues["outbound-sales"].on_failure is Action.BLOCK
    assert settings.registers == ("us_national",)
    assert example().settings()["registers"] == []


@pytest.mark.parametrize(
    ("purpose", "country", "registers", "named"),
    [
        ("marketing", "US", None, ["us_national"]),
        ("marketing", "GB", ["us_national"], ["gb_tps"]),
        ("marketing", "US", ["us_national"], []),
        ("marketing", None, ["us_national"], []),
        ("marketing", None, None, ["us_national", "gb_tps", "ca_national", "au_national"]),
        ("marketing", "NO", None, []),
        ("marketing", "US", [], []),
        ("service", "US", None, []),
    ],
)
def test_marketing_without_a_register_is_worth_a_warning(
    purpose: str, country: str | None, registers: list[str] | None, named: list[str]
) -> None:
    config = small(purpose)
    pool = config.pools["all"].model_copy(update={"country": country})
    config = config.model_copy(update={"pools": {"all": pool}, "registers": registers})

    told = config.warnings().get("registers", "")
    known = ("us_national", "gb_tps", "ca_national", "au_national")
    assert [name for name in known if name in told] == named


def test_the_configuration_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        small().environment = "other"


def test_the_schema_is_that_of_the_model() -> None:
    """If this fails: python -m stacks.config_schema"""
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


def test_the_schema_describes_every_key_of_the_top() -> None:
    properties = json.loads(schema_text())["properties"]
    undescribed = {
        key
        for key, schema in properties.items()
        if "description" not in schema and "$ref" not in schema
    }

    assert not undescribed


def test_the_example_is_valid_by_the_schema_and_an_unknown_key_is_not() -> None:
    schema = json.loads(schema_text())
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))

    jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError, match="modlues"):
        jsonschema.validate({**data, "modlues": {}}, schema)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_that_is_synthesised_here_is_valid(name: str) -> None:
    assert VARIANTS[name]().queues


def test_the_example_names_no_real_account_or_person() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")

    assert "111122223333" in text
    assert {word.split("@")[1] for word in text.split() if "@" in word and "." in word} == {
        "example.com"
    }


def test_sections_without_effect_are_told() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    counted = parse(text).warnings()
    without = parse(text[: text.index("\ncontact_records:")]).warnings()
    off = parse(text.replace("outcomes: true", "outcomes: false")).warnings()

    assert not {"report", "reputation"} & set(counted)
    assert "contact_records is missing" in without["report"]
    assert "contact_records is missing" in without["reputation"]
    assert "modules.outcomes is off" in off["report"]
