"""What the tests of the phone's page share with those of the staff pages."""

from tests.surfaces.web.conftest import _for_tests, as_person

__all__ = ["_for_tests", "as_person"]
