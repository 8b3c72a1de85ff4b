"""What is kept between commands, and for one command at a time."""

from pathlib import Path

import pytest

from local import state
from local.errors import LocalError


def test_a_kept_state_is_read_again(tmp_path: Path) -> None:
    with state.opened(tmp_path / "new" / "folder") as first:
        assert first.is_new
        first.secrets["Key"] = "value"
        first.dials = 3
        first.save()
    with state.opened(tmp_path / "new" / "folder") as again:
        assert not again.is_new
        assert (again.secrets, again.dials) == ({"Key": "value"}, 3)


def test_two_commands_at_once_do_not_share_a_state(tmp_path: Path) -> None:
    with (
        state.opened(tmp_path),
        pytest.raises(LocalError, match="Another command"),
        state.opened(tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "damaged"), ('{"version": 0}', "another version")],
)
def test_a_state_that_cannot_be_used_is_told(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / state.FILE).write_text(content)
    with pytest.raises(LocalError, match=told), state.opened(tmp_path):
        pass


def test_a_state_in_memory_keeps_nothing() -> None:
    with state.opened(None) as kept:
        kept.save()
        assert kept.tables is None
