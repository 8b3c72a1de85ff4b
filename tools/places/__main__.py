"""python -m tools.places OUT: write the places file; --coverage [PAGE]: say what it covers."""

import sys
from pathlib import Path

from tools.places.build import build

USAGE = "Usage: python -m tools.places OUT | --coverage [PAGE]"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--coverage", *page] if len(page) <= 1:
            _tell_coverage(*page)
        case [out] if not out.startswith("-"):
            build(Path(out))
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


def _tell_coverage(page: str = "") -> None:
    from tools.places import coverage

    text = coverage.page(coverage.measured())
    if page:
        Path(page).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
