"""README shows what the program really prints."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_console_blocks_show_the_real_output():
    subprocess.run([sys.executable, "-m", "paperkg", "demo"], cwd=ROOT, check=True)
    check = [sys.executable, "docs/refresh.py", "--check"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
