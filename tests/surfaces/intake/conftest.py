"""Systems of departments that speak to the interface; nothing of Django is imported before it is set up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.SECURE_SSL_REDIRECT = False
    settings.MACHINE_KEY_FILE = tmp_path / "machines.json"


@pytest.fixture
def admin(cast: Any) -> Any:
    """The county's security administrator."""
    from tests.register.machines.registering import security_admin

    return security_admin()


@pytest.fixture
def yibao(cast: Any, admin: Any) -> Any:
    """The system of 小孙's medical insurance office, which may send settlements and pull determinations."""
    from tests.surfaces.intake.speaking import System

    return System.registered(admin, "yibao", unit="医保局", feeds=["medical_settlements", "insurance_enrolments"])


@pytest.fixture
def system(cast: Any, admin: Any) -> Callable[..., Any]:
    """Registers another system."""
    from tests.surfaces.intake.speaking import System

    return lambda username, **how: System.registered(admin, username, **how)
