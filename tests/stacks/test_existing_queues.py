"""The config of queues that exist: what may be left out, and what must be."""

import pytest

from stacks.config import ConfigError, parse
from tests.stacks.synthesis import EXAMPLE
from tests.stacks.variants import VARIANTS

TEXT = EXAMPLE.read_text(encoding="utf-8")
NAME = "    name: Outbound service\n"
HOME = "arn:aws:connect:us-east-1:111122223333:instance"
OTHER = HOME.replace("111122223333", "999922223333")
ID = "99999999-1111-2222-3333-444444444444"


def test_an_existing_queue_may_go_without_a_number() -> None:
    queue = VARIANTS["adopted"]().queues["outbound-service"]

    assert queue.existing is not None
    assert queue.existing.queue_id == ID
    assert queue.default_number is None


def test_the_id_of_a_queue_may_be_given_by_its_arn() -> None:
    arn = f"{HOME}/11111111-2222-3333-4444-555555555555/queue/{ID}"
    text = TEXT.replace(NAME, f"{NAME}    existing: {{arn: '{arn}'}}\n").replace(
        "    description: Calls about orders and appointments\n", ""
    )

    existing = parse(text).queues["outbound-service"].existing

    assert existing is not None
    assert existing.queue_id == ID


@pytest.mark.parametrize(
    ("existing", "key", "words"),
    [
        ("{}", "existing", "give either id or arn"),
        (f"{{id: {ID}, arn: x}}", "existing.arn", "instance/ID/queue/ID"),
        ("{id: service}", "existing.id", "the last part of its ARN"),
        ("{name: service}", "existing.name", "Known here: arn, id"),
        (f"{{id: {ID}}}", "description", "a queue that exists has its own"),
        (f"{{arn: '{HOME}/22222222-2222-3333-4444-555555555555/queue/{ID}'}}", "existing.arn",
         "belongs to another instance"),
        (f"{{arn: '{OTHER}/11111111-2222-3333-4444-555555555555/queue/{ID}'}}", "existing.arn",
         "lies in another account"),
    ],
)  # fmt: skip
def test_a_mistake_about_a_queue_that_exists_is_named(existing: str, key: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.replace(NAME, f"{NAME}    existing: {existing}\n"))

    told = [m.fix for m in caught.value.mistakes if m.key == f"queues.outbound-service.{key}"]
    assert any(words in fix for fix in told), caught.value


def test_a_queue_is_taken_over_by_one_entry_only() -> None:
    taken = f"    existing: {{id: {ID}}}\n"
    text = TEXT.replace(NAME, NAME + taken)
    text = text.replace("    name: Outbound sales\n", "    name: Outbound sales\n" + taken)

    with pytest.raises(ConfigError, match="takes this queue over already"):
        parse(text)


def test_a_new_instance_holds_no_queue_that_exists() -> None:
    text = TEXT.replace(NAME, f"{NAME}    existing: {{id: {ID}}}\n").replace(
        "instance:\n  arn: arn:aws:connect:us-east-1:111122223333:instance/"
        "11111111-2222-3333-4444-555555555555\n",
        "sandbox: true\ninstance:\n  create: {alias: play}\n",
    )

    with pytest.raises(ConfigError, match="holds no queue yet"):
        parse(text)


def test_a_voice_is_named_as_amazon_polly_names_it() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.replace(NAME, f"{NAME}    voice: {{name: 'Jo anna'}}\n"))

    (mistake,) = caught.value.mistakes
    assert mistake.key == "queues.outbound-service.voice.name"
    assert "Amazon Polly" in mistake.fix
