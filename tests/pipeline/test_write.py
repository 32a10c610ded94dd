import os
import stat
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.write import check_writable, write_text

TEXT = "NATO\r\nالناتو 🕊\n"


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_can_be_read_back_byte_for_byte(tmp_path: Path) -> None:
    write_text(tmp_path / "out.txt", TEXT)
    assert (tmp_path / "out.txt").read_bytes() == TEXT.encode()
    assert contents(tmp_path) == ["out.txt"]


def test_a_new_file_gets_the_permissions_that_open_would_give(tmp_path: Path) -> None:
    (tmp_path / "opened.txt").write_text("")
    write_text(tmp_path / "written.txt", "")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    path.chmod(0o640)
    write_text(path, "after")
    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_symbolic_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "out.txt").write_text("before")
    link = tmp_path / "link.txt"
    link.symlink_to(Path("real") / "out.txt")
    write_text(link, "after")
    assert link.is_symlink()
    assert (tmp_path / "real" / "out.txt").read_text() == "after"


def test_a_device_is_written_to_and_stays_a_device() -> None:
    check_writable(Path(os.devnull))
    write_text(Path(os.devnull), TEXT)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_text_that_cannot_be_encoded_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\udc80")
    assert path.read_text() == "before"
    assert contents(tmp_path) == ["out.txt"]


def test_a_full_disk_is_one_line() -> None:
    with pytest.raises(OutputError, match=r"^/dev/full: cannot be written \(No space left on device\); "):
        write_text(Path("/dev/full"), TEXT)


@pytest.mark.parametrize("existing", [True, False])
def test_checking_changes_nothing(tmp_path: Path, existing: bool) -> None:
    path = tmp_path / "out.txt"
    if existing:
        path.write_text("before")
    check_writable(path)
    assert contents(tmp_path) == (["out.txt"] if existing else [])
    assert not existing or path.read_text() == "before"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("folder", "is a folder; give the name of a file in it"),
        ("absent/out.txt", "there is no folder .*absent; create it first"),
        ("file.txt/out.txt", "cannot be written (.*); choose another output"),
        ("x" * 300, "cannot be written (.*); choose another output"),
        ("loop/out.txt", "cannot be written (.*); choose another output"),
    ],
)
@pytest.mark.parametrize("write", [check_writable, lambda path: write_text(path, TEXT)])
def test_an_output_that_cannot_be_is_one_line(tmp_path: Path, name: str, message: str, write: object) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").write_text("kept")
    (tmp_path / "loop").symlink_to("loop")
    before = contents(tmp_path)
    with pytest.raises(OutputError, match=message) as caught:
        write(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert contents(tmp_path) == before
    assert (tmp_path / "file.txt").read_text() == "kept"
