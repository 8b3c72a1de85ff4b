"""mode and rest on a local cloud whose state is kept between commands."""

import json
from pathlib import Path

import pytest

from local.__main__ import main

RESTS, STAYS = "+12065550123", "+12065550145"


def test_a_kept_cloud_keeps_modes_and_rests_between_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text(f"number\n{RESTS}\n{STAYS}\n")
    state = ["--state", str(tmp_path / "state"), "--json"]

    def told(*arguments: str) -> dict[str, object]:
        capsys.readouterr()
        assert main([*arguments, *state]) == 0
        answer: dict[str, object] = json.loads(capsys.readouterr().out)
        return answer

    assert main(["rest", RESTS, "--days", "7", "--reason", "x", *state]) == 2, (
        "nothing is there yet"
    )
    told("import", str(file), "--pool", "service")
    assert told("rest", RESTS, "--days", "7", "--reason", "flagged")["status"] == "RESTING"
    assert told("dial", "--to", "+12067770001", "--queue", "outbound-service")["caller_id"] == STAYS
    told("mode", "outbound-service", "off")
    assert told("mode")["modes"] == {"outbound-service": "off", "outbound-sales": "on"}
    assert told("dial", "--to", "+12067770002", "--queue", "outbound-service")["caller_id"] == ""
