"""The cache of glossaries that were read before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glossary import Glossary, GlossaryFormatError

Write = Callable[[str, str], Path]

CONTENT = """
    glossary: {name: own, title: Own}
    terms:
      - {id: nato, kind: organisation, source: [حلف الناتو, {form: الناتو, not_after: [كرة]}], target: NATO,
         accepted: [Alliance], forbidden: [Nato], short: NATO, long: North Atlantic, origin: x, notes: y}
      - {id: chief, kind: office, source: ["أمين عام {nato}"], target: chief, article: the}
      - {id: rutte, kind: person, source: [مارك روته], target: Mark Rutte,
         family: {source: [روته], target: Rutte}}
    """


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRAGOMAN_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "glossary"


def load(path: Path) -> Glossary:
    return Glossary.load(path, builtin=False)


def test_what_comes_from_the_cache_is_the_same(cache: Path, write: Write) -> None:
    path = write("own.yaml", CONTENT)
    first = load(path)
    (stored,) = cache.iterdir()
    written = stored.stat().st_mtime_ns
    second = load(path)
    assert dict(second.terms) == dict(first.terms)
    assert second.fingerprint == first.fingerprint
    assert second.find("أمين عام الناتو روته") == first.find("أمين عام الناتو روته")
    assert [(file, file.stat().st_mtime_ns) for file in cache.iterdir()] == [(stored, written)]


def test_notes_of_reading_are_told_again(cache: Path, write: Write, caplog: pytest.LogCaptureFixture) -> None:
    path = write("own.csv", "الناتو,NATO\nفولدا,Fulda\nالناتو,NATO\n")
    for _ in range(2):
        caplog.clear()
        load(path)
        assert [record.getMessage() for record in caplog.records] == [
            f"{path}:3: the same as line 1, read once"
        ]
    assert len(list(cache.iterdir())) == 1


def test_other_content_is_read_anew(cache: Path, write: Write) -> None:
    assert len(load(write("own.yaml", CONTENT))) == 4
    changed = load(write("own.yaml", CONTENT.replace("Mark Rutte", "M. Rutte")))
    assert changed.terms["rutte"].target == "M. Rutte"
    assert len(list(cache.iterdir())) == 2


def test_the_name_of_the_file_counts(cache: Path, write: Write) -> None:
    assert load(write("a.csv", "الناتو,NATO\n")).terms["nato"].layer == "a"
    assert load(write("b.csv", "الناتو,NATO\n")).terms["nato"].layer == "b"


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other", "folder"])
def test_a_damaged_cache_is_made_anew(cache: Path, write: Write, damage: str) -> None:
    path = write("own.yaml", CONTENT)
    first = load(path)
    (stored,) = cache.iterdir()
    whole = stored.read_bytes()
    stored.unlink()
    if damage == "folder":
        stored.mkdir()
    else:
        flipped = whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]
        stored.write_bytes({"cut": whole[:-9], "flip": flipped, "empty": b"", "other": b"\x80\n[]"}[damage])
    assert load(path).fingerprint == first.fingerprint
    assert damage == "folder" or stored.read_bytes() == whole
    assert list(cache.iterdir()) == [stored]


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    file = write("file", "no folder")
    monkeypatch.setenv("DRAGOMAN_CACHE_DIR", str(file))
    assert len(load(write("own.yaml", CONTENT))) == 4
    assert file.read_text(encoding="utf-8") == "no folder"


def test_an_error_is_told_every_time(cache: Path, write: Write) -> None:
    path = write("own.yaml", CONTENT.replace("office", "ofice"))
    for _ in range(2):
        with pytest.raises(GlossaryFormatError, match=r"own\.yaml:6: `kind` is 'ofice'"):
            load(path)
    assert not cache.exists()


def test_only_the_latest_are_kept(cache: Path, write: Write) -> None:
    for number in range(12):
        load(write("own.csv", f"الناتو,NATO {number}\n"))
    assert len(list(cache.iterdir())) == 8
