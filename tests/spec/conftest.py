"""One ``engine`` fixture: every page of the specification is run on each engine."""

import pytest

from shouwang.engine.backends.arrays import tables
from tests.engines import ENGINES, start_spark, tell_what_was_not_run


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    # Drawn tables are small: cut so fine, neighbours still fall into different ranges.
    monkeypatch.setattr(tables, "PEOPLE_IN_A_RANGE", 2)
    if request.param == "spark":
        start_spark()
    return str(request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tell_what_was_not_run(terminalreporter)
