"""Taking over a queue that exists: what it had, what it gets, and what it gets back.

A queue shows a caller's name and a number, and runs an outbound whisper flow before it dials. The
three are set together, and given back one by one: only where the live value is still one of ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lambdas.domain.whisper import Whisper, WhisperSetting, named_setting

FIELDS = ("name", "number", "flow")


class Caller(NamedTuple):
    """What calls of a queue show and run: a name, and Connect's ids of number and flow; "" for
    none."""

    name: str = ""
    number: str = ""
    flow: str = ""


class Wanted(NamedTuple):
    """A queue of the config, `key`, that exists as `queue`. Without a `number` it keeps its own.

    `said` names the settings of the whisper that the config states; the others are its defaults,
    and no reason to change what a queue does today.
    """

    key: str
    queue: str
    name: str
    number: str
    flow: str
    whisper: Whisper
    said: frozenset[str] = frozenset()

    def caller(self, own: str) -> Caller:
        """The three values to be set, for a queue whose own number is this."""
        return Caller(self.name, self.number or own, self.flow)


class Adoption(NamedTuple):
    """What is kept of a queue: for each value the last that was not ours, and those of ours."""

    before: Caller
    ours: tuple[frozenset[str], frozenset[str], frozenset[str]]

    def is_ours(self, field: str, value: str) -> bool:
        """Whether a value of the field was set by us."""
        return value in self.ours[FIELDS.index(field)]


NEVER_SEEN = Adoption(Caller(), (frozenset(), frozenset(), frozenset()))


def taking(known: Adoption, live: Caller, wanted: Caller) -> Adoption:
    """What to keep before the values are set, so that any later moment can tell whose they are.

    A live value that we never set becomes the one to give back: at first sight, and again when
    somebody changed it since.
    """
    before = Caller(
        *(
            old if value in mine else value
            for old, value, mine in zip(known.before, live, known.ours, strict=True)
        )
    )
    if before.flow == wanted.flow:  # ours already, and no record of what was there before
        before = before._replace(flow="")
    name, number, flow = (mine | {value} for mine, value in zip(known.ours, wanted, strict=True))
    return Adoption(before, (name, number, flow))


def taken(known: Adoption, wanted: Caller) -> Adoption:
    """What to keep once the values are known to be set."""
    name, number, flow = (frozenset({value}) for value in wanted)
    return Adoption(known.before, (name, number, flow))


def given_back(known: Adoption, live: Caller) -> Caller:
    """The values that a queue gets when it is let go: what is not ours stays as it is."""
    return Caller(
        *(
            old if value in mine else value
            for old, value, mine in zip(known.before, live, known.ours, strict=True)
        )
    )


def changes(live: Caller, wanted: Caller) -> dict[str, tuple[str, str]]:
    """The fields that differ, each with its live and its wanted value."""
    return {
        field: (now, then)
        for field, now, then in zip(FIELDS, live, wanted, strict=True)
        if now != then
    }


def refusals(wanted: Wanted, live: Caller, whisper: Whisper | None) -> Iterator[str]:
    """Why a queue is not taken over as it is, in words that say what to do.

    `whisper` is the flow that the queue runs now, None where it runs none of its own or ours.
    """
    if not wanted.number and not live.number:
        yield (
            f"The queue has no number, and Amazon Connect fails every call of such a queue. Give "
            f"queues.{wanted.key}.default_number."
        )
    if whisper is None:
        return
    if lost := sorted(whisper.does - wanted.whisper.does):
        yield (
            f"Its whisper flow does what ours does not: {', '.join(lost)}. Move that into another "
            "flow, or give the queue a whisper without it, and deploy again."
        )
    for setting, value in _lost_settings(wanted, whisper.settings):
        yield (
            f"Its whisper flow sets {named_setting(setting)} to {value}, and the config says "
            f"nothing of it. Write under queues.{wanted.key}: {setting.as_config(value)}"
        )


def setting_changes(wanted: Wanted, whisper: Whisper | None) -> dict[str, tuple[str, str]]:
    """The settings of the whisper that the config changes on purpose: live and wanted value."""
    now: Mapping[WhisperSetting, str] = whisper.settings if whisper else {}
    found = {}
    for setting, value in wanted.whisper.settings.items():
        said = setting in wanted.said or setting not in now
        if said and _plain(now.get(setting, "")) != _plain(value):
            found[named_setting(setting)] = (now.get(setting, ""), value)
    return found


def _plain(value: str) -> str:
    """A setting that is off is the same as none."""
    return "" if value in {"nobody", "off"} else value


def left(recorded: Iterable[str], wanted: Iterable[Wanted]) -> list[str]:
    """The queues that are taken over and no longer wanted."""
    kept = {one.queue for one in wanted}
    return [queue for queue in recorded if queue not in kept]


def _lost_settings(
    wanted: Wanted, now: Mapping[WhisperSetting, str]
) -> Iterator[tuple[WhisperSetting, str]]:
    for setting, value in now.items():
        differs = _plain(wanted.whisper.settings.get(setting, "")) != _plain(value)
        if differs and setting not in wanted.said:
            yield setting, value
