"""`python -m local.detection`: puts the figures of the last long run into the documentation.

The long runs are `python -m local evidence reputation/halved reputation/signs reputation/sizes`;
they leave build/detection.json.
"""

import json
import sys

from local.detection.publishing import publish
from local.toolchain import ROOT


def main() -> int:
    """Draw the pictures and write the tables; 1 where there is no run to tell of."""
    made = ROOT / "build" / "detection.json"
    try:
        record = json.loads(made.read_text("utf-8"))
    except OSError:
        print(f"{made} is missing: python -m local evidence reputation makes it")
        return 1
    for path in publish(record, ROOT / "docs"):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
