"""config → stacks, nothing else."""

import sys
from pathlib import Path

import aws_cdk as cdk

from stacks.application import build, check
from stacks.config import ConfigError, load


def main() -> int:
    """Synthesise the environment that `-c config=FILE` names; 1 when the file has mistakes."""
    app = cdk.App()
    try:
        config = load(Path(app.node.try_get_context("config") or "config/example.yaml"))
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is what the engineer reads
        return 1
    build(config, app)
    check(app)
    app.synth()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
