"""Keeps the templates of a release beside the tests, which hold every later one against them.

`python -m tools.release_templates VERSION [FOLDER]`, after `make synth` of config/example.yaml.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RELEASES = ROOT / "tests" / "stacks" / "releases"
_HASH = re.compile(r"[0-9a-f]{64}")


def trimmed(template: Any) -> Any:
    """A template without what differs by machine or says nothing: assets' hashes and metadata."""
    if isinstance(template, dict):
        return {
            name: trimmed(value)
            for name, value in template.items()
            if name not in ("Metadata", "Rules")
        }
    if isinstance(template, list):
        return [trimmed(value) for value in template]
    return _HASH.sub("0" * 64, template) if isinstance(template, str) else template


def keep(version: str, assembly: Path, releases: Path = RELEASES) -> list[Path]:
    """Write the trimmed templates of a cloud assembly under a version; the files."""
    folder = releases / version
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted(assembly.glob("*.template.json")):
        stack = path.name.removesuffix(".template.json").rpartition("-")[2]
        target = folder / f"{stack}.json"
        template = trimmed(json.loads(path.read_text(encoding="utf-8")))
        target.write_text(json.dumps(template, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        written.append(target)
    return written


def main() -> int:
    """Keep what FOLDER (cdk.out) holds; 1 where there is nothing to keep."""
    version, *more = sys.argv[1:] or [""]
    if not re.fullmatch(r"\d+\.\d+", version):
        print(__doc__, file=sys.stderr)
        return 1
    written = keep(version, Path(more[0]) if more else ROOT / "cdk.out")
    for path in written:
        print(path.relative_to(ROOT))
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main())
