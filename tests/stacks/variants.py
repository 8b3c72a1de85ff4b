"""Configurations that differ from the example in what the templates must follow."""

from collections.abc import Callable, Mapping

from stacks.config import Config, parse
from tests.stacks.synthesis import EXAMPLE

_ACCOUNT = "us-east-1:111122223333"
_TABLES = f"""
tables:
  number_pool:
    name: OldNumbers
    stream_arn: arn:aws:dynamodb:{_ACCOUNT}:table/OldNumbers/stream/2026-01-01T00:00:00.000
    key_arn: arn:aws:kms:{_ACCOUNT}:key/old
  usage:
    arn: arn:aws:dynamodb:{_ACCOUNT}:table/OldUsage
  customers:
    name: OldCustomers
    key_arn: arn:aws:kms:{_ACCOUNT}:key/old
    key_secret_arn: arn:aws:secretsmanager:{_ACCOUNT}:secret:OldKey-AbCdEf
permissions_boundary: arn:aws:iam::111122223333:policy/boundary
"""
_SANDBOX = """
environment: play
account: "111122223333"
region: eu-west-2
sandbox: true
instance: {create: {alias: local-presence-play}}
queues:
  calls:
    name: Calls
    caller_id_name: Example
    default_number: {claim: {country: GB, prefix: "+44113"}}
    pool: all
    purpose: marketing
    must_screen: false
pools:
  all: {}
deployment: {canary: false}
rules:
  overrides:
    gb_from_abroad: {effect: forbidden, reason: "We call the UK from London and nowhere else"}
"""

_INSTANCE = "11111111-2222-3333-4444-555555555555"
_QUEUE = "bbbbbbbb-1111-2222-3333-444444444444"
_STREAM = f"""
contact_records:
  stream_arn: arn:aws:kinesis:{_ACCOUNT}:stream/records
  key_arn: arn:aws:kms:{_ACCOUNT}:key/records
  disposition_attribute: Result
  dispositions: {{"Nicht mehr anrufen": do_not_call}}
"""
_FILES = f"""
contact_records:
  bucket: {{name: our-records, prefix: ctr/, key_arn: "arn:aws:kms:{_ACCOUNT}:key/records"}}
"""
_SPOKEN = f"""
return_calls:
  vertrieb:
    queue_arn: arn:aws:connect:{_ACCOUNT}:instance/{_INSTANCE}/queue/{_QUEUE}
    company: Beispiel GmbH
    brand: Beispiel
    language: de-DE
    wait_seconds: 9
    flow_logging: false
    texts: {{stopped: "{{company}} ruft nicht mehr an.", voice: Daniel}}
"""


def changed(*changes: tuple[str, str], more: str = "") -> Config:
    """The example with text replaced and added; a text that is not there is an error."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{old!r} is not in the example"
        text = text.replace(old, new)
    return parse(text + more)


def _section(name: str) -> str:
    """A section of the example, as it stands there."""
    text = EXAMPLE.read_text(encoding="utf-8")
    begin = text.index(f"\n{name}:\n")
    return text[begin : text.index("\n\n", begin)]


_OWN_NUMBER = """    default_number:
      arn: arn:aws:connect:us-east-1:111122223333:phone-number/aaaaaaaa-1111-2222-3333-444444444444
"""
_EXISTING = """    existing: {id: 99999999-1111-2222-3333-444444444444}
    voice: {name: Joanna, engine: neural}
"""


def _adopted() -> Config:
    return changed(
        ("    description: Calls about orders and appointments\n", _EXISTING),
        (_OWN_NUMBER, ""),
        ("    description: Calls to people who asked for an offer\n",
         "    existing: {id: 88888888-1111-2222-3333-444444444444}\n"),
    )  # fmt: skip


VARIANTS: Mapping[str, Callable[[], Config]] = {
    "adopted": _adopted,
    "sandbox": lambda: parse(_SANDBOX),
    "taken_over": lambda: changed(("snap_start: false", "snap_start: true"), more=_TABLES),
    "without_uploads": lambda: changed(
        ("number_intake: true ", "number_intake: false "),
        ("contact_lists: true ", "contact_lists: false "),
    ),
    "without_modules": lambda: changed(
        ("number_intake: true ", "number_intake: false "),
        ("calling: true ", "calling: false "),
        ("contact_lists: true ", "contact_lists: false "),
        ("text_replies: true ", "text_replies: false "),
        ("suppression_api: true ", "suppression_api: false "),
        ("registry: true ", "registry: false "),
        (_section("contact_records"), ""),
    ),
    "record_files": lambda: changed((_section("contact_records"), _FILES)),
    "existing_stream": lambda: changed(
        (_section("contact_records"), _STREAM), (_section("return_calls"), _SPOKEN)
    ),
}
