"""Writes config/schema.json, from which editors complete and check the configuration.

`python -m stacks.config_schema [--check]`
"""

import json
import sys
from pathlib import Path

from stacks.config import Config

SCHEMA = Path(__file__).parents[1] / "config" / "schema.json"


def schema_text() -> str:
    """The JSON Schema of the model, as it stands in the file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Config.model_json_schema(),
        "title": "Local presence for Amazon Connect",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the schema; with --check only compare, and return 1 when it differs."""
    if "--check" in sys.argv[1:]:
        return int(SCHEMA.read_text(encoding="utf-8") != schema_text())
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
