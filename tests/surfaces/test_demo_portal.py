"""The demo's portal: the code that is printed opens an application that the village has to visit."""

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _for_tests(settings):
    settings.SECURE_SSL_REDIRECT = False


def test_the_printed_code_works(cast):
    from shouwang.surfaces.cli.demo_portal import has_portal, play_portal, portal_figures

    assert not has_portal()
    assert portal_figures() == {}
    play_portal()
    told, telephone = portal_figures(), Client()

    assert has_portal()
    assert telephone.get(told["village"]).status_code == 200
    assert telephone.get(told["board"]).status_code == 200
    sent = {"code": told["code"], "tail": told["phone_ends_with"]}
    assert telephone.post("/portal/status/", sent)["Location"] == "/portal/case/"
    assert "上门看" in telephone.get("/portal/case/").content.decode()
