"""Bring the console blocks of README.md up to date with what the program prints.

python docs/refresh.py            rewrite README.md
python docs/refresh.py --check    exit 1, and say where, if it is not up to date
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>paperkg [^\n]+)\n(?P<output>.*?)```", re.DOTALL)
SETTINGS = {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100", "LINES": "50"}
"""A terminal of 100 columns without colours, though the program writes into a pipe."""


def run(command: str) -> str:
    """What a command prints, run at the top of the repository."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=os.environ | SETTINGS | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip() + "\n"


def refreshed(text: str) -> str:
    """The text with the output of every command as it is now."""

    def block(match: re.Match[str]) -> str:
        return f"```console\n$ {match['command']}\n{run(match['command'])}```"

    return BLOCK.sub(block, text)


def main() -> int:
    """Rewrite or check README.md."""
    old = README.read_text("utf-8")
    new = refreshed(old)
    if "--check" not in sys.argv:
        README.write_text(new, "utf-8")
        return 0
    for number, (a, b) in enumerate(zip(old.splitlines(), new.splitlines(), strict=False), 1):
        if a != b:
            print(f"README.md:{number}: run `make readme`\n- {a}\n+ {b}")
            return 1
    return int(old != new)


if __name__ == "__main__":
    sys.exit(main())
