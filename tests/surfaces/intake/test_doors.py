"""Every operation of the interface declares its permission and its scope; the list is reviewed by a person."""

from typing import Any

from django.urls import get_resolver

from shouwang.register.staff.choices import ALLOWED, Permission, Role
from shouwang.surfaces.intake.api import api

OPERATIONS = {
    ("GET", "/keys"): (None, "nobody"),
    ("GET", "/me"): (None, "self"),
    ("POST", "/deliveries"): ("send_delivery", "unit"),
    ("GET", "/deliveries"): ("see_deliveries", "unit"),
    ("GET", "/deliveries/{int:delivery_id}"): ("see_deliveries", "unit"),
    ("GET", "/deliveries/{int:delivery_id}/rejects"): ("send_delivery", "unit"),
    ("GET", "/determinations"): ("pull_determinations", "place"),
    ("GET", "/enquiries"): ("answer_comparison", "unit"),
    ("POST", "/enquiries/{int:enquiry_id}/answer"): ("answer_comparison", "unit"),
    ("GET", "/subscriptions"): (None, "self"),
    ("POST", "/subscriptions"): (None, "self"),
    ("DELETE", "/subscriptions/{int:subscription_id}"): (None, "self"),
    ("GET", "/messages"): (None, "self"),
}
"""The reviewed list: a new operation, or one that asks for less, must be written here by a person."""
OPEN = {("GET", "/keys")}


def operations() -> dict[tuple[str, str], Any]:
    return {
        (method, path): one
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for one in view.operations
        for method in one.methods
    }


def test_every_operation_declares_the_reviewed_permission_and_scope() -> None:
    found = {name: one.view_func.access for name, one in operations().items()}

    assert {name: (access.permission, access.scope) for name, access in found.items()} == OPERATIONS


def test_every_operation_asks_for_a_signature_but_the_public_keys() -> None:
    assert {name for name, one in operations().items() if not one.auth_callbacks} == OPEN


def test_a_machine_may_do_what_the_operations_need_and_no_more() -> None:
    needed = {permission for permission, _ in OPERATIONS.values() if permission}

    assert ALLOWED[Role.MACHINE] == {Permission(one) for one in needed}


def test_no_address_of_the_house_is_without_a_declaration() -> None:
    def walk(patterns: Any) -> Any:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            else:
                yield pattern

    assert [str(one.pattern) for one in walk(get_resolver().url_patterns) if not hasattr(one.callback, "access")] == []
