"""What a value has to look like, in words, by the name of its key."""

from collections.abc import Sequence

_SHAPES = {
    "environment": "write 1 to 20 small letters, digits and dashes, beginning with a letter",
    "account": 'write the 12 digits of the AWS account, in quotes ("111122223333")',
    "region": "write an AWS region, such as us-east-1",
    "instance": "give instance: {arn: arn:aws:connect:REGION:ACCOUNT:instance/ID}",
    "instance.arn": "write the instance's ARN, arn:aws:connect:REGION:ACCOUNT:instance/ID; it "
    "stands on the instance's page in the Amazon Connect console",
    "default_number": "Amazon Connect fails every call of a queue without a number; give "
    "default_number: {arn: ...} (a number that you hold) or "
    "default_number: {claim: {country: US}} (a number to get)",
    "default_number.arn": "write the number's ARN, "
    "arn:aws:connect:REGION:ACCOUNT:phone-number/ID, without an instance in it",
    "caller_id_name": "write the name shown to customers, at most 15 characters",
    "queues": "describe at least one queue",
    "pools": "describe at least one pool",
    "queue_lists.stacks": "say over how many stacks the queues are spread, such as stacks: 12",
    "service.url": "write the service's address, https://...",
    "service.secret_arn": "write the ARN of the secret that holds the service's key, "
    "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME",
    "secret_key_arn": "write the KMS key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID",
    "outcomes.gigabytes_a_query": "so many gigabytes may one query read, such as 10",
    "report.to": "list the addresses: [managers@example.com]",
    "report.identity": "write the identity that is verified in Amazon SES: a domain or an address",
    "queue_lists": "list files, each with what its queues share: [{file: agents.csv, template: "
    "{...}}]",
    "file": "write the path of a CSV file, from the folder of this config on",
    "pool": "write the key of one of the pools below pools",
    "purpose": "write one of marketing, service, collections, requested; the law differs by it",
    "name": "write a name of 1 to 127 characters",
    "tables.name": "write the table's name: 3 to 255 letters, digits and _ . -",
    "tables.arn": "write the table's ARN, arn:aws:dynamodb:REGION:ACCOUNT:table/NAME",
    "stream_arn": "give the ARN of the table's stream (new and old images), "
    "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL; it drives the directory",
    "key_arn": "write the KMS key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID",
    "key_secret_arn": "give the ARN of the secret that the table's keys were hashed with, "
    "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME; with another one no customer would be "
    "known again",
    "existing.id": "write the queue's id, the last part of its ARN: eight, four, four, four and "
    "twelve digits and letters a to f",
    "existing.arn": "write the queue's ARN, arn:aws:connect:REGION:ACCOUNT:instance/ID/queue/ID",
    "existing": "give existing: {id: ...} or existing: {arn: ...} of a queue that the instance has",
    "voice": "give voice: {name: Joanna}, with engine and style where you want them",
    "voice.name": "write the name of a voice of Amazon Polly, such as Joanna",
    "hours_of_operation": "write the ARN of the hours, "
    "arn:aws:connect:REGION:ACCOUNT:instance/ID/operating-hours/ID, or leave it out",
    "queue_arn": "write the ARN of the queue that takes the calls, "
    "arn:aws:connect:REGION:ACCOUNT:instance/ID/queue/ID",
    "contact_records.stream_arn": "write the ARN of the Kinesis stream that the instance writes "
    "contact records to, arn:aws:kinesis:REGION:ACCOUNT:stream/NAME",
    "bucket.name": "write the bucket's name alone: 3 to 63 small letters, digits, dots and dashes",
    "bucket.prefix": "write how the keys of the files begin, such as ctr/, without a / in front",
    "disposition_attribute": "write the name of a contact attribute: 1 to 100 letters, digits, "
    "spaces and _ . -",
    "contact_records.[key]": "write a disposition of 1 to 100 characters",
    "company": "write the company's name as it is spoken, 1 to 80 characters",
    "brand": "write the brand's name in 1 to 60 characters, without |",
    "call_reason": "write the reason for the calls in 1 to 60 characters, on one line",
    "prefix": 'write + and the first digits, in quotes ("+1206")',
    "language": "write a language and a country, such as en-US",
    "alias": "write 1 to 45 letters, digits and dashes",
    "requires": "list papers out of cnam, caller_registry, attestation_a, branding, proof",
    "networks": "list the networks by names of yours, 1 to 40 characters each",
    "traffic_distribution_groups": "write the group's ARN, "
    "arn:aws:connect:REGION:ACCOUNT:traffic-distribution-group/ID",
    "description": "write 1 to 250 characters",
    "permissions_boundary": "write the ARN of an IAM policy, arn:aws:iam::ACCOUNT:policy/NAME",
    "tags": "tags are up to 128 and values up to 256 letters, digits, spaces and _ . : / = + - @; "
    "they do not begin with aws:",
    "tiers": "list at least one of answered_before, city, nearest, area_code, state, country, "
    "mobile, national, golden_toll_free, toll_free",
    "reason": "write who decided this and why, in 20 to 500 characters",
    "weekdays": 'write windows of local time, such as ["10:00-13:00", "14:00-17:00"]; [] for none',
    "saturday": 'write windows of local time, such as ["10:00-16:00"]; [] for no calls',
    "sunday": 'write windows of local time, such as ["12:00-16:00"]; [] for no calls',
    "effect": "write allowed, discouraged or forbidden",
    "country": "write a country's two capital letters (ISO 3166-1), such as US or GB",
}
_KEY = "write the key in 1 to 40 small letters, digits and dashes, beginning with a letter"


def shape_of(loc: Sequence[int | str]) -> str:
    """What to write at the place, in words."""
    names = [part for part in loc if isinstance(part, str)]
    if names[-1] == "[key]":
        return _SHAPES["tags"] if "tags" in names else _KEY
    for name in (f"{names[0]}.{names[-1]}", ".".join(names[-2:]), names[-1], names[0]):
        if name in _SHAPES and ((name != "pools" and name != "queues") or len(names) == 1):
            return _SHAPES[name]
    return "give it a value that fits its description in config/schema.json"
