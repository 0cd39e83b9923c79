"""What several folders of tests share: the folder of gold files, and the pipeline."""

import os
from pathlib import Path

import pytest

from paperkg.extract import load_pipeline

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared():
    """The folder with the gold files and corpora, which lies beside a checkout, not inside."""
    if not (SHARED / "gold").is_dir():
        reason = f"{SHARED}: no gold files and corpora beside this checkout"
        if os.environ.get("PAPERKG_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED


@pytest.fixture(scope="session")
def nlp():
    """The shipped pipeline."""
    return load_pipeline()
