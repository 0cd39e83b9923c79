"""Invented papers for the tests of sources."""

ADJECTIVES = ["Lazy", "Sparse", "Quiet", "Nested", "Brave", "Tidy", "Loud", "Plain", "Warm", "Odd"]
NOUNS = [
    "Kites",
    "Lanterns",
    "Rivers",
    "Gears",
    "Mirrors",
    "Maps",
    "Bells",
    "Knots",
    "Seeds",
    "Sails",
]


def abstract(topic: str) -> str:
    """A made-up abstract, long enough to be taken for one."""
    return (
        f"We look at {topic} and ask what a small network can learn from it in an afternoon. "
        f"Our method folds {topic} into a table of sixteen rows, which it then reads twice. "
        "On three invented benchmarks it beats a coin by 12.5 points, and loses to a pigeon. "
        "Code and pigeon are at https://example.org/pigeon."
    )


def titles(count: int) -> list[str]:
    """So many titles, each its own."""
    return [f"{ADJECTIVES[n % 10]} {NOUNS[n // 10 % 10]} for Learning {n}" for n in range(count)]


def page(count: int) -> str:
    """A page of text with so many papers."""
    return "\n\n".join(f"{title}\n\n{abstract(title)}" for title in titles(count))
