"""One ``engine`` fixture: every page of the specification is run on each engine."""

import pytest

from tests.engines import ENGINES, start_spark, tell_what_was_not_run


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "spark":
        start_spark()
    return str(request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tell_what_was_not_run(terminalreporter)
