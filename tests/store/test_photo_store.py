from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store import photos


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEKALK_HOME", str(tmp_path))
    get_settings.cache_clear()


def test_content_is_found_under_its_hash_with_its_variants() -> None:
    sha256 = photos.put(b"original", view=b"view", thumb=b"thumb")
    assert sha256 == hashlib.sha256(b"original").hexdigest()
    assert photos.path(sha256).read_bytes() == b"original"
    assert photos.path(sha256, "view").read_bytes() == b"view"
    assert photos.path(sha256, "thumb").read_bytes() == b"thumb"
    assert photos.put(b"original") == sha256


def test_a_missing_derivative_falls_back_to_the_larger_one() -> None:
    sha256 = photos.put(b"only")
    assert photos.path(sha256, "thumb").read_bytes() == b"only"


def test_no_temporary_file_is_left() -> None:
    photos.put(b"a", view=b"b", thumb=b"c")
    assert [p.name for p in get_settings().photos_path.rglob(".*")] == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 63, "G" * 64, "a" * 64 + "/..", "", "0" * 64])
def test_only_hashes_of_stored_photos_are_answered(name: str) -> None:
    with pytest.raises(TelekalkError) as caught:
        photos.path(name)
    assert caught.value.status == 404


def test_a_changed_document_is_not_handed_out() -> None:
    sha256 = photos.put_document(b"%PDF-1.7 fine")
    assert photos.document(sha256) == b"%PDF-1.7 fine"
    file = next((get_settings().photos_path / "documents").rglob("*.pdf"))
    file.write_bytes(b"%PDF-1.7 forged")
    with pytest.raises(TelekalkError) as caught:
        photos.document(sha256)
    assert caught.value.code == "TK-STORE-004"
