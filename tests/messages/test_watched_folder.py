"""The watched folder: sets that gateways drop become cases, once, when they have stopped growing."""

import json
import time

import pytest

from workbench.access import SYSTEM
from workbench.cases import portal
from workbench.cases.folders import find_case
from workbench.messages import watched_folder
from workbench.messages.watched_folder import WatchedFolder, start_watching


@pytest.fixture
def root(tmp_path, database):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def drop(root, name, **files):
    folder = root / name
    folder.mkdir()
    for file, content in files.items():
        (folder / file.replace("_", ".")).write_bytes(content)
    return folder


def look_until_settled(watched):
    return [*watched.look(), *watched.look()]


def test_a_set_becomes_a_case_with_its_claim(root, demo_photo):
    claim = json.dumps({"claim_number": "KS-7", "plate": "M-AB 1", "excess": "150.00"}).encode()
    drop(root, "mail 17", a_jpg=demo_photo(1), b_png=demo_photo(2, form="PNG"), c_jpg=b"%PDF renamed", claim_json=claim)
    (taken,) = look_until_settled(WatchedFolder(root, settle_seconds=0))
    case = find_case("KS-7")
    assert case.state == "photos_complete"
    assert portal.case_status(SYSTEM, case.id).photos == 2
    assert taken.folder == root / "done" / "mail 17"
    report = (taken.folder / "report.txt").read_text(encoding="utf-8")
    assert "KS-7" in report
    assert "TK-PHOTO-001 c.jpg" in report
    assert look_until_settled(WatchedFolder(root, settle_seconds=0)) == []


def test_a_set_that_is_no_set_goes_to_failed_and_says_why(root):
    drop(root, "leer", text_txt=b"nothing")
    drop(root, "kaputt", claim_json=b"{", a_jpg=b"x")
    taken = look_until_settled(WatchedFolder(root, settle_seconds=0))
    assert [item.folder.parent.name for item in taken] == ["failed", "failed"]
    assert "TK-CASE-010" in (root / "failed" / "kaputt" / "report.txt").read_text(encoding="utf-8")
    assert "TK-PHOTO-009" in (root / "failed" / "leer" / "report.txt").read_text(encoding="utf-8")


def test_a_growing_set_is_left_alone(root, demo_photo):
    folder = drop(root, "wächst", a_jpg=demo_photo(1))
    watched = WatchedFolder(root, settle_seconds=0)
    assert watched.look() == []
    (folder / "b.jpg.part").write_bytes(b"half")
    assert look_until_settled(watched) == []
    (folder / "b.jpg.part").rename(folder / "b.jpg")
    (folder / "b.jpg").write_bytes(demo_photo(2))
    assert watched.look() == []
    (taken,) = watched.look()
    assert len(taken.imported.photos) == 2


def test_a_second_set_of_the_same_name_keeps_the_first(root, demo_photo):
    for seed in (1, 2):
        drop(root, "gleich", a_jpg=demo_photo(seed), claim_json=json.dumps({"claim_number": f"G-{seed}"}).encode())
        look_until_settled(WatchedFolder(root, settle_seconds=0))
    assert {path.name for path in (root / "done").iterdir()} == {"gleich", "gleich-2"}


def test_killed_between_case_and_move_the_next_look_comes_to_the_same_case(root, demo_photo, monkeypatch):
    drop(root, "satz", a_jpg=demo_photo(1), claim_json=b'{"claim_number": "KS-8"}')

    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(WatchedFolder, "_away", killed)
        with pytest.raises(KeyboardInterrupt):
            look_until_settled(WatchedFolder(root, settle_seconds=0))
    first = find_case("KS-8")
    (taken,) = look_until_settled(WatchedFolder(root, settle_seconds=0))
    assert taken.imported.case.id == first.id
    assert portal.case_status(SYSTEM, first.id).photos == 1


def test_links_lead_nowhere(root, tmp_path, demo_photo):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.jpg").write_bytes(demo_photo(1))
    (root / "link").symlink_to(outside)
    assert look_until_settled(WatchedFolder(root, settle_seconds=0)) == []
    assert (outside / "a.jpg").exists()


def test_only_one_process_looks_at_a_time(root, demo_photo):
    drop(root, "satz", a_jpg=demo_photo(1))
    first, second = WatchedFolder(root, settle_seconds=0), WatchedFolder(root, settle_seconds=0)
    second.look()
    with first._alone() as mine:
        assert mine
        assert second.look() == []
    assert len(second.look()) == 1


def test_it_watches_in_the_background(root, demo_photo):
    assert start_watching() is None
    watcher = start_watching(root, every_seconds=0.05, settle_seconds=0.05)
    drop(root, "satz", a_jpg=demo_photo(1))
    deadline = time.monotonic() + 20
    while not (root / "done").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    watcher.stop()
    assert (root / watched_folder.DONE / "satz" / watched_folder.REPORT).exists()
