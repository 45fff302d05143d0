"""Keys and head of the chain of their own for every test: what a test seals is rolled back, a file is not."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def sealing(cast: Any, settings: Any, tmp_path: Path) -> Path:
    """A ledger that nothing has been sealed in yet; gives back the folder of its key and head."""
    settings.LEDGER_KEY_FILE = tmp_path / "ledger.json"
    settings.LEDGER_HEAD_FILE = tmp_path / "ledger-head.json"
    return tmp_path
