"""A picture of a page of ours, by Chromium: `python -m local.page_picture PAGE.html PICTURE.png`.

The one in docs/report.md is of `python -m local report --sample 200 --html PAGE.html`.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
LIMIT_S = 120


def main() -> int:
    """Draw it; 1 where no browser is installed, or where it drew nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1000)
    parser.add_argument("--height", type=int, default=3560)
    asked = parser.parse_args()
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        print(f"None of these is installed: {', '.join(NAMES)}.", file=sys.stderr)
        return 1
    asked.picture.unlink(missing_ok=True)
    size = f"{asked.width},{asked.height}"
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--window-size={size}", f"--screenshot={asked.picture.resolve()}",
         asked.page.resolve().as_uri()],
        check=False, capture_output=True, timeout=LIMIT_S,
    )  # fmt: skip
    return 0 if asked.picture.is_file() else 1


if __name__ == "__main__":
    sys.exit(main())
