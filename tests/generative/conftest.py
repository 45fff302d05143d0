"""Engines and the PostgreSQL of this folder's random comparisons."""

import pytest

from shouwang.engine.backends.arrays import tables
from shouwang.kernel.postgres import ensure_server, stop_server
from tests.engines import ENGINES, start_spark, tell_what_was_not_run


@pytest.fixture(params=[e for e in ENGINES if e != "memory"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    # So many ranges that random prefectures are cut in odd places.
    monkeypatch.setattr(tables, "PEOPLE_IN_A_RANGE", 50)
    if request.param == "spark":
        start_spark()
    return str(request.param)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("postgres")
    yield ensure_server(home)
    stop_server(home)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tell_what_was_not_run(terminalreporter)
