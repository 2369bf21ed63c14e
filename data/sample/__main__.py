"""``python -m data.sample FOLDER [SEED]``: write the sample place and say what was written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from data.sample import generate


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m data.sample", description="Write the fictional sample place.")
    parser.add_argument("folder", type=Path, help="where to write; made if absent")
    parser.add_argument("seed", type=int, nargs="?", default=2026, help="the same seed gives the same bytes")
    asked = parser.parse_args()
    for path in generate(asked.folder, asked.seed):
        sys.stdout.write(f"{path}  {path.stat().st_size:,} bytes\n")


main()
