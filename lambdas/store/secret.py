"""The key that turns customers' numbers into HMACs, read once a container."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambdas.store.dynamodb import unavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(eq=False, repr=False)
class CustomerKey:
    """Calling it gives the key's bytes. Raises StoreUnavailable while it cannot be read.

    `client` makes the client: a container that has the key needs none.
    """

    client: Callable[[], "SecretsManagerClient"]
    secret_arn: str
    _key: bytes | None = field(default=None, repr=False)

    def __call__(self) -> bytes:
        if self._key is None:
            with unavailable():
                answer = self.client().get_secret_value(SecretId=self.secret_arn)
            self._key = answer["SecretString"].encode()
        return self._key
