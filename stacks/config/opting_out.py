"""Ways by which people stop calls: keys of a return call, and what agents choose in a contact."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from flows.return_call import TEXTS, languages
from lambdas.domain.names import fold
from stacks.config.base import REGION, UUID, Part, wrong
from stacks.config.infrastructure import KeyArn

InboundQueueArn = Annotated[
    str,
    StringConstraints(
        pattern=rf"^arn:aws[a-z-]*:connect:{REGION}:[0-9]{{12}}:instance/{UUID}/queue/{UUID}$"
    ),
]
ContactStreamArn = Annotated[
    str,
    StringConstraints(pattern=rf"^arn:aws[a-z-]*:kinesis:{REGION}:[0-9]{{12}}:stream/.+$"),
]


def _language(language: object) -> object:
    if isinstance(language, str) and language not in languages():
        raise wrong(f"write one of {', '.join(languages())}")
    return language


def _speakable(text: str) -> str:
    if "%" in text or "$." in text:
        raise wrong("leave out % and $. - Amazon Connect reads them as its own signs")
    return text


Words = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_speakable)]


class ReturnCall(Part):
    """What a customer hears who calls one of your numbers back."""

    queue_arn: InboundQueueArn
    """The queue of the instance whose agents take the call, by its ARN."""

    company: Annotated[
        str, StringConstraints(min_length=1, max_length=80), AfterValidator(_speakable)
    ]
    """The name of the company, as it is spoken."""

    brand: Annotated[str, StringConstraints(max_length=80), AfterValidator(_speakable)] = ""
    """The brand whose calls a key stops; without it, the calls of all."""

    language: Annotated[str, BeforeValidator(_language)] = "en-US"
    """The language of texts and voice: en-US, en-GB, fr-FR, de-DE, es-ES, it-IT, pt-PT, nl-NL."""

    texts: dict[str, Words] = Field(default_factory=dict)
    """Words of your own in place of ours, by their name: greeting, stopped, wrong_number,
    not_noted, withheld, nobody; and voice, a neural voice of Amazon Polly. `{company}` in them
    becomes the company's name."""

    wait_seconds: Annotated[int, Field(ge=2, le=30)] = 6
    """How long to wait for a key after the greeting."""

    flow_logging: bool = True
    """Whether the flow writes its steps to the instance's flow log."""

    @model_validator(mode="after")
    def _the_words_fit(self) -> Self:
        unknown = sorted(set(self.texts) - {*TEXTS, "voice"})
        if unknown:
            raise wrong(f"texts has no {', '.join(unknown)}; known: {', '.join(TEXTS)}, voice")
        if "greeting" in self.texts and "9" not in self.texts["greeting"]:
            raise wrong("say in texts.greeting that the key 9 stops the calls")
        return self


DispositionReason = Literal[
    "do_not_call", "opt_out", "wrong_number", "reassigned", "prefers_other_channel", "deceased",
    "litigator", "refused",
]  # fmt: skip
DISPOSITIONS: dict[str, DispositionReason] = {
    "do not call": "do_not_call",
    "opt out": "opt_out",
    "wrong number": "wrong_number",
    "deceased": "deceased",
}


class RecordsBucket(Part):
    """Where the Firehose delivery stream of an instance leaves its files. EventBridge must be
    switched on for the bucket's events."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    """The bucket's name."""

    prefix: Annotated[
        str, StringConstraints(pattern=r"^([A-Za-z0-9!_.=-][A-Za-z0-9!_.=/-]*)?$")
    ] = ""
    """How the keys of contact records begin; give it where other things lie in the bucket too."""

    key_arn: KeyArn | None = None
    """The customer-managed KMS key of the files, where they have one."""


class ContactRecords(Part):
    """The instance's contact records, and what agents choose in them. Exactly one of stream_arn,
    create and bucket."""

    stream_arn: ContactStreamArn | None = None
    """The Kinesis stream that the instance writes its contact records to already."""

    create: bool = False
    """Make a stream and have the instance write to it. An instance writes to one only."""

    bucket: RecordsBucket | None = None
    """The bucket of an instance that writes its contact records to a Firehose delivery stream."""

    key_arn: KeyArn | None = None
    """The customer-managed KMS key of an existing stream, where it has one."""

    disposition_attribute: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9_. -]{1,100}$")
    ] = "disposition"
    """The contact attribute that holds what the agent chose."""

    dispositions: dict[
        Annotated[str, StringConstraints(min_length=1, max_length=100)], DispositionReason
    ] = Field(default_factory=lambda: dict(DISPOSITIONS))
    """Which choices mean that a customer is not called any more, and for which reason. Case,
    accents and punctuation do not count."""

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if [self.stream_arn is not None, self.create, self.bucket is not None].count(True) != 1:
            raise wrong(
                "give either stream_arn (the stream that you have), bucket (where your Firehose "
                "delivery stream leaves its files) or create: true"
            )
        if self.create and self.key_arn is not None:
            raise wrong("leave out key_arn - a new stream has the key of the other data")
        if self.bucket is not None and self.key_arn is not None:
            raise wrong("the key of a bucket's files stands in bucket.key_arn")
        folded = [fold(words.replace("_", " ")) for words in self.dispositions]
        if len(set(folded)) < len(folded):
            raise wrong("two dispositions are the same but for case or punctuation")
        return self
