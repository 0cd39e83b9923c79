"""`python -m paperkg` is the command `paperkg`."""

from paperkg.cli import app

app(prog_name="paperkg")
