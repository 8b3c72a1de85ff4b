"""Numbers that must be read again, and so are encrypted instead of hashed."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False, repr=False)
class KmsSeal:
    """Encrypts with one key, for one customer: what is moved to another's item stays shut.

    `client` is boto3's of KMS.
    """

    client: Any
    key_arn: str

    def close(self, customer: str, text: str) -> bytes:
        answer = self.client.encrypt(
            KeyId=self.key_arn,
            Plaintext=text.encode(),
            EncryptionContext={"customer": customer},
        )
        return bytes(answer["CiphertextBlob"])

    def open(self, customer: str, sealed: bytes) -> str:
        answer = self.client.decrypt(
            KeyId=self.key_arn,
            CiphertextBlob=sealed,
            EncryptionContext={"customer": customer},
        )
        return bytes(answer["Plaintext"]).decode()
