"""Caller-ID rules at synth: where calls leave from, what a pool would break, what is overridden."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from stacks.config import Config, ConfigError, parse
from stacks.config.base import REGION
from stacks.config.origins import COUNTRY_OF_REGION, origin_of
from stacks.config.rule_overrides import rules_by_id
from tests.stacks.synthesis import EXAMPLE, Synthesised, example

REASON = "Counsel agreed on 2026-11-20; ticket LEGAL-12"
TEMPLATE = """
environment: small
region: {region}
instance:
  arn: arn:aws:connect:{region}:012345678901:instance/11111111-2222-3333-4444-555555555555
queues:
  calls:
    name: Calls
    caller_id_name: Example
    default_number: {{claim: {claim}}}
    pool: all
    purpose: {purpose}
    on_error: block
    on_exhausted: block
pools:
  all: {pool}
registers: []
"""


def calling(
    region: str, pool: str, claim: str = "", purpose: str = "service", more: str = ""
) -> Config:
    text = TEMPLATE.format(
        region=region,
        pool=f"{{country: {pool}}}" if pool else "{}",
        claim=claim or f"{{country: {pool}}}",
        purpose=purpose,
    )
    return parse(text + more)


def overriding(rule: str, effect: str, reason: str = REASON) -> str:
    return f'rules: {{overrides: {{{rule}: {{effect: {effect}, reason: "{reason}"}}}}}}\n'


def rules_in(warnings: Mapping[str, str]) -> dict[str, list[str]]:
    """Dotted key -> the ids of the rules that its warning tells."""
    named = re.compile(r"The caller-ID rule (\w+)")
    return {
        key.removeprefix("queues.calls."): named.findall(text) for key, text in warnings.items()
    }


@pytest.mark.parametrize(
    ("region", "country"),
    [
        ("us-east-1", "US"),
        ("eu-west-2", "GB"),
        ("eu-central-1", "DE"),
        ("xx-moon-1", ""),
        (None, ""),
    ],
)
def test_calls_leave_from_the_country_of_the_region(region: str | None, country: str) -> None:
    assert origin_of(region) == country


def test_the_table_of_regions_holds_regions_and_countries() -> None:
    assert all(re.fullmatch(REGION, region) for region in COUNTRY_OF_REGION)
    assert all(re.fullmatch("[A-Z]{2}", country) for country in COUNTRY_OF_REGION.values())


def test_the_functions_learn_the_origin_and_the_overrides() -> None:
    settings = calling(
        "eu-west-2", "GB", more=overriding("gb_local_presence", "allowed")
    ).settings()

    assert settings["origin"] == "GB"
    assert settings["rule_overrides"] == {
        "gb_local_presence": {"effect": "allowed", "reason": REASON}
    }


WARNED = [
    ("us-east-1", "US", "", "service", {}, "nothing speaks against US numbers for the US"),
    ("us-east-1", "", "{country: US}", "marketing", {}, "nor without a pool's country"),
    ("eu-west-2", "GB", "", "service", {"pool": ["gb_local_presence"]}, "London calls the UK"),
    ("eu-central-1", "GB", "", "service", {"pool": ["gb_local_presence", "gb_from_abroad"]},
     "Frankfurt calls the UK: carriers block that"),
    ("eu-central-1", "", "{country: GB, type: TOLL_FREE}", "service",
     {"default_number.claim": ["gb_from_abroad"]}, "so does the queue's own number"),
    ("eu-central-1", "SE", "", "service", {"pool": ["se_mobile_from_abroad"]},
     "the mobiles that the pool may hold"),
    ("eu-central-1", "IT", "", "service",
     {"pool": ["it_fixed_from_abroad", "it_mobile_from_abroad"]}, "both kinds"),
    ("ap-southeast-2", "AU", "{country: NZ}", "service",
     {"default_number.claim": ["au_no_foreign"]}, "a foreign default number for Australians"),
    ("ap-southeast-2", "AU", "{country: AU, type: TOLL_FREE}", "service",
     {"default_number.claim": ["au_only_dids"]}, "a toll-free one"),
    ("us-east-1", "CA", "{country: US, type: TOLL_FREE}", "service",
     {"default_number.claim": ["toll_free_stays_home"]}, "toll-free across a border"),
    ("ap-southeast-1", "CN", "", "marketing", {"pool": ["cn_no_cold_calls", "cn_approval"]},
     "no cold calls in China"),
    ("ap-south-1", "IN", "{country: IN, prefix: '+91140'}", "marketing",
     {"pool": ["in_marketing_140"]}, "ordinary landlines; the default number is of the series"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "pool", "claim", "purpose", "told", "reason"), WARNED)
def test_a_pool_that_would_break_a_rule_is_told_at_synth(
    region: str, pool: str, claim: str, purpose: str, told: dict[str, list[str]], reason: str
) -> None:
    warnings = rules_in(calling(region, pool, claim, purpose).warnings())

    assert {key: sorted(rules) for key, rules in warnings.items()} == {
        key: sorted(rules) for key, rules in told.items()
    }, reason


def test_a_warning_says_the_rule_in_words_and_how_sure_it_is() -> None:
    (words,) = calling("eu-central-1", "SE").warnings().values()

    assert words.startswith("The caller-ID rule se_mobile_from_abroad warns, from a source that")
    assert rules_by_id()["se_mobile_from_abroad"]["words"] in words


@pytest.mark.parametrize(
    ("rule", "effect", "told", "reason"),
    [
        ("gb_from_abroad", "allowed", ["gb_local_presence"], "a restriction that is allowed"),
        ("gb_cloud_nodes", "allowed", ["gb_local_presence"], "the permission, now it is verified"),
        ("gb_cloud_nodes", "forbidden", ["gb_from_abroad", "gb_local_presence"], "still none"),
    ],
)
def test_an_override_changes_what_is_told_and_stays_in_sight(
    rule: str, effect: str, told: list[str], reason: str
) -> None:
    config = calling("eu-central-1", "GB", more=overriding(rule, effect))

    assert rules_in(config.warnings())["pool"] == told, reason
    (note,) = config.notes().values()
    assert REASON in note
    assert rules_by_id()[rule]["words"] in note
    assert effect in note


def test_synth_tells_the_rules_that_a_queue_breaks_and_the_overrides(
    synthesised: Callable[[str], Synthesised],
) -> None:
    texts = [path.read_text() for path in synthesised("sandbox").folder.glob("*.json")]

    assert any("aws:cdk:warning" in text and "gb_local_presence" in text for text in texts)
    assert any("aws:cdk:info" in text and "London and nowhere else" in text for text in texts)


def test_without_overrides_there_is_no_note() -> None:
    assert not example().notes()


MISTAKES = [
    (overriding("gb_from_abrod", "allowed"), "rules.overrides.gb_from_abrod",
     "did you mean gb_from_abroad?", "no such rule"),
    (overriding("gb_from_abroad", "allow"), "rules.overrides.gb_from_abroad.effect",
     "did you mean allowed?", "no such effect"),
    (overriding("gb_from_abroad", "allowed", "because"), "rules.overrides.gb_from_abroad.reason",
     "20 to 500", "a reason that is none"),
    (overriding("gb_from_abroad", "allowed", " " * 30), "rules.overrides.gb_from_abroad.reason",
     "20 to 500", "blanks"),
    (overriding("gb_cloud_nodes", "discouraged"), "rules.overrides.gb_cloud_nodes.effect",
     "permission", "a permission cannot discourage"),
    ("rules: {overrides: {gb_from_abroad: {effect: allowed}}}",
     "rules.overrides.gb_from_abroad.reason", "is missing", "no reason at all"),
    ("rules: {override: {}}", "rules.override", "did you mean overrides?", "a misspelt key"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "key", "words", "reason"), MISTAKES)
def test_a_mistake_in_an_override_is_named(more: str, key: str, words: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(Path(EXAMPLE).read_text(encoding="utf-8") + "\n" + more)

    assert any(m.key == key and words in m.fix for m in caught.value.mistakes), caught.value
