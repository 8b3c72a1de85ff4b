"""The two services of AWS End User Messaging that tell what is at the end of a number."""

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)

from lambdas.domain.live_validation import Finding, Service, Status, Why
from lambdas.domain.phone import E164
from lambdas.usecases.validate_live import Asks, ServiceFault

CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1})
"""The use case tries again by itself, within its rate and its spending."""

CLIENTS: Mapping[Service, str] = {
    Service.CARRIER: "pinpoint-sms-voice-v2",
    Service.VALIDATE: "pinpoint",
}
ACTIONS: Mapping[Service, str] = {
    Service.CARRIER: "sms-voice:CarrierLookup",
    Service.VALIDATE: "mobiletargeting:PhoneNumberValidate",
}

_THROTTLED = frozenset(
    {"ThrottlingException", "TooManyRequestsException", "Throttling", "RequestLimitExceeded"}
)
_REFUSED = frozenset(
    {
        *("ValidationException", "BadRequestException", "NotFoundException"),
        *("PayloadTooLargeException", "MethodNotAllowedException"),
    }
)
_INVALID = "INVALID"


class CarrierLookup:
    """CarrierLookup of AWS End User Messaging SMS."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, number: E164) -> Finding:
        answer = _answered(lambda: self._client.carrier_lookup(PhoneNumber=number))
        return _finding(
            answer.get("PhoneNumberType", ""),
            answer.get("Carrier", ""),
            answer.get("IsoCountryCode", ""),
        )


class PhoneNumberValidate:
    """PhoneNumberValidate of what was Amazon Pinpoint."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, number: E164) -> Finding:
        request = {"PhoneNumber": number}
        answer = _answered(
            lambda: self._client.phone_number_validate(NumberValidateRequest=request)
        )
        told = answer.get("NumberValidateResponse", {})
        return _finding(
            told.get("PhoneType", ""), told.get("Carrier", ""), told.get("CountryCodeIso2", "")
        )


def asking(service: Service, client: Any) -> Asks:
    """The adapter of a service, on a client of `CLIENTS`."""
    return CarrierLookup(client) if service is Service.CARRIER else PhoneNumberValidate(client)


def _finding(line: str, carrier: str, country: str) -> Finding:
    """Only an answer that says so makes a number invalid; an answer without a type says nothing."""
    if not line:
        raise ServiceFault(Why.FAILED, charged=True)
    status = Status.INVALID if line.upper() == _INVALID else Status.VALID
    return Finding(status, "" if status is Status.INVALID else line.casefold(), carrier, country)


def _answered(ask: Any) -> Mapping[str, Any]:
    """Ask; the service's own texts go no further, for they may repeat the number."""
    try:
        answer: Mapping[str, Any] = ask()
    except ClientError as error:
        raise _fault(error) from None
    except (EndpointConnectionError, ConnectTimeoutError):
        raise ServiceFault(Why.NO_SERVICE, for_all=True) from None
    except ReadTimeoutError:
        raise ServiceFault(Why.FAILED, charged=True) from None
    except HTTPClientError:
        raise ServiceFault(Why.FAILED, charged=True) from None
    except BotoCoreError as error:
        # No credentials, no such parameter: nothing was sent.
        why = Why.DENIED if "Credentials" in type(error).__name__ else Why.REFUSED
        raise ServiceFault(why, for_all=why is Why.DENIED) from None
    return answer


def _fault(error: ClientError) -> ServiceFault:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _THROTTLED or status == 429:
        return ServiceFault(Why.THROTTLED)
    if code in _REFUSED:
        return ServiceFault(Why.REFUSED)
    if status >= 500 or code.startswith("InternalServer"):
        return ServiceFault(Why.FAILED)
    # Denied, quota used up, keys of nobody: the next number would fare the same.
    return ServiceFault(Why.DENIED, for_all=True)
