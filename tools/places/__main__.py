"""python -m tools.places OUT: write the places file."""

import sys
from pathlib import Path

from tools.places.build import build


def main() -> int:
    if len(sys.argv) != 2:
        print("Usage: python -m tools.places OUT", file=sys.stderr)
        return 2
    build(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
