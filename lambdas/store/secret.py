"""The key that turns customers' numbers into HMACs, read once a container."""

from dataclasses import dataclass, field

from lambdas.store.dynamodb import Patience, call_path_service, unavailable


@dataclass(slots=True)
class CustomerKey:
    """Calling it gives the key's bytes. Raises StoreUnavailable while it cannot be read."""

    secret_arn: str
    patience: Patience | None = None
    _key: bytes | None = field(default=None, repr=False)

    def __call__(self) -> bytes:
        if self._key is None:
            with unavailable():
                answer = call_path_service("secretsmanager", self.patience).get_secret_value(
                    SecretId=self.secret_arn
                )
            self._key = answer["SecretString"].encode()
        return self._key
