"""Reading: every kind of file that users hand over, and the one line they get for it."""

import codecs
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.read import check_arabic, decode_article, read_article

ARTICLE = (
    "قمة لاهاي\n\nاتفق قادة حلف شمال الأطلسي في لاهاي على رفع الإنفاق الدفاعي.\n"
    "وقال الأمين العام للحلف إن القرار تاريخي، وأضاف أن أوروبا ستنفق أكثر من ذي قبل.\n"
)
ENGLISH = "NATO leaders met in The Hague and agreed on a new spending target for all the Allies.\n"
PERSIAN = "وزیر دفاع آلمان گفت که این کشور برای دفاع از خود به سربازان بیشتری نیاز دارد و باید آماده شود."
URDU = "جرمنی کے وزیر دفاع نے کہا ہے کہ ملک کو اپنے دفاع کے لیے مزید فوجیوں کی ضرورت ہے اور یہ ضروری ہے۔"
RUSSIAN = "Министр обороны Германии заявил, что бундесвер получит новые танки."


def message(data: bytes, name: str = "a.txt") -> str:
    with pytest.raises(InputError) as caught:
        decode_article(data, name)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_utf8_is_read_as_it_is() -> None:
    text = "\t" + ARTICLE.replace("\n", "\r\n") + "\u2028آخر\r\x0cسطر ٣٫٥ لا\u200f\n\n"
    read = decode_article(text.encode(), "a.txt")
    assert (read.text, read.notes) == (text, ())


@pytest.mark.parametrize(
    ("mark", "codec", "note"),
    [
        (codecs.BOM_UTF8, "utf-8", None),
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
        (b"", "cp1256", "Windows-1256"),
        (b"", "iso8859_6", "ISO-8859-6"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings(mark: bytes, codec: str, note: str | None, line_end: str) -> None:
    text = ARTICLE.replace("\n", line_end)
    read = decode_article(mark + text.encode(codec), "a.txt")
    assert read.text == text
    assert read.notes == (() if note is None else (f"a.txt: read as {note}, not UTF-8",))


@pytest.mark.parametrize("codec", ["cp1256", "iso8859_6"])
@pytest.mark.parametrize(
    "sentence",
    [
        "هل يعود التجنيد الإجباري؟",
        "روته: لن نترك أوكرانيا وحدها",
        "وصلت سفينة ألمانية إلى ميناء في شرق المتوسط.",
        "مظلي شجاع وأمير طيب يلتقيان على متن طائرة من طراز يوروفايتر",
    ],
)
def test_single_sentences_in_eight_bits(codec: str, sentence: str) -> None:
    data = sentence.encode(codec)
    assert decode_article(data, "a.txt").text == sentence


def test_windows_1256_with_quotes_dashes_and_latin() -> None:
    text = "قال الوزير: «الحلف – أي NATO – مستعد»، وأضاف “نعم”… في Köln"
    read = decode_article(text.encode("cp1256", "replace"), "a.txt")
    assert read.text == text.encode("cp1256", "replace").decode("cp1256")
    assert "Windows-1256" in read.notes[0]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "a.txt: the file is empty: nothing to read"),
        (b" \r\n\t\n", "a.txt: holds only white space: nothing to translate"),
        (codecs.BOM_UTF8, "a.txt: holds only white space: nothing to translate"),
        (codecs.BOM_UTF16_LE, "a.txt: holds only white space: nothing to translate"),
        ("\u200f\u200b \n".encode(), "a.txt: holds only white space: nothing to translate"),
        ("\u00a0\u3000".encode(), "a.txt: holds only white space: nothing to translate"),
        (
            "🙂 👍🏽\n2024 ... ١٢".encode(),
            "a.txt: holds no Arabic text, only digits and signs: nothing to translate",
        ),
        (ENGLISH.encode(), "a.txt: holds no Arabic text: give the Arabic original"),
        (RUSSIAN.encode(), "a.txt: holds no Arabic text: give the Arabic original"),
        (
            f"{ENGLISH} (عربي)".encode(),
            "a.txt: holds hardly any Arabic (5.6% of its letters): give the Arabic original",
        ),
        (
            ARTICLE.encode().decode("latin-1").encode(),
            "a.txt: is Arabic that was decoded wrongly (Ø, Ù): save it again from the original, as UTF-8",
        ),
        (
            b"\x7fELF" + bytes(200),
            "a.txt: is not text but binary data: give the article as plain text (UTF-8)",
        ),
        (bytes(range(256)) * 4, "a.txt: is not text but binary data: give the article as plain text (UTF-8)"),
        (
            ARTICLE.encode("utf-16-le"),
            "a.txt: is not text but binary data: give the article as plain text (UTF-8)",
        ),
        (
            codecs.BOM_UTF16_LE + ARTICLE.encode("utf-16-le") + b"\x41",
            "a.txt:5: is damaged UTF-16 text: save it again as UTF-8",
        ),
        (
            codecs.BOM_UTF16_BE + "سطر\n".encode("utf-16-be") + b"\xd8\x00" + "سطر\n".encode("utf-16-be"),
            "a.txt:2: is damaged UTF-16 text: save it again as UTF-8",
        ),
    ],
)
def test_what_is_no_article(data: bytes, expected: str) -> None:
    assert message(data) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (
            b"%PDF-1.7\n\x80",
            "is a PDF document, not text: extract its text first, for example with pdftotext",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
            "is an old Microsoft Office document, not text: save it as plain text",
        ),
        (b"{\\rtf1\\ansicpg1256", "is an RTF document, not text: save it as plain text (UTF-8)"),
        (b"PAR1\x15\x04", "is a Parquet file, not text: give it to the batch command"),
        (b"\x89PNG\r\n\x1a\n\0", "is a PNG image, not text: give the article as text"),
        (b"\xff\xd8\xff\xe0\0", "is a JPEG image, not text"),
        (b"GIF89a", "is a GIF image, not text"),
        (b"II*\0", "is a TIFF image, not text"),
        (b"MM\0*", "is a TIFF image, not text"),
        (b"\x1f\x8b\x08", "is a gzip archive, not text: unpack it first"),
        (b"BZh91AY", "is a bzip2 archive, not text: unpack it first"),
        (b"\xfd7zXZ\0", "is an xz archive, not text: unpack it first"),
        (b"\x28\xb5\x2f\xfd\x24", "is a Zstandard archive, not text: unpack it first"),
        (b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive, not text: unpack it first"),
        (b"Rar!\x1a\x07", "is a RAR archive, not text: unpack it first"),
    ],
)
def test_known_binary_files(start: bytes, expected: str) -> None:
    assert message(start).startswith(f"a.txt: {expected}")


@pytest.mark.parametrize(
    ("member", "content", "expected"),
    [
        ("word/document.xml", "", "is a Word document (DOCX), not text: save it as plain text (UTF-8)"),
        ("xl/workbook.xml", "", "is an Excel workbook (XLSX), not text: save it as CSV (UTF-8)"),
        ("ppt/presentation.xml", "", "is a PowerPoint presentation (PPTX), not text"),
        ("mimetype", "application/epub+zip", "is an EPUB book, not text"),
        ("mimetype", "application/vnd.oasis.opendocument.text", "is an OpenDocument file, not text"),
        ("article.txt", ARTICLE, "is a ZIP archive, not text: unpack it first"),
    ],
)
def test_kinds_of_zip(tmp_path: Path, member: str, content: str, expected: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)
    with pytest.raises(InputError) as caught:
        read_article(path)
    assert str(caught.value).startswith(f"{path}: {expected}")


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        (ARTICLE[:20].encode() + b"\xff" + ARTICLE[20:].encode(), 3, "ff"),
        ((ARTICLE * 3).replace("\n", "\r\n").encode() + b"\xd9", 13, "d9"),
        (ARTICLE.replace("\n", "\r").encode() + b"\xc3\x28", 5, "c3"),
        (RUSSIAN.encode("cp1251"), 1, "cc"),
        (RUSSIAN.encode("koi8-r"), 1, "ed"),
        ("Größe und Übung".encode("latin-1"), 1, "f6"),
        ("שר הביטחון הגרמני".encode("cp1255"), 1, "f9"),
    ],
)
def test_first_wrong_byte(data: bytes, line: int, byte: str) -> None:
    expected = (
        f"a.txt:{line}: is not UTF-8 text (byte 0x{byte}): convert it with its true encoding, for example "
        "iconv -f WINDOWS-1256 -t UTF-8 a.txt > utf8.txt"
    )
    assert message(data) == expected


def test_the_command_fits_the_name() -> None:
    assert "-t UTF-8 'my file.txt' >" in message(b"\xff", "my file.txt")
    assert "-t UTF-8 FILE >" in message(b"\xff", "-")
    assert message(b"\xff", "a\nb\udcff\u202e.txt").startswith("a\\nb\\udcff\\u202e.txt:1: ")


def test_null_characters_in_good_text_are_only_noted() -> None:
    text = ARTICLE + "قال\x00 الوزير\n"
    read = decode_article(text.encode(), "a.txt")
    assert read.text == text
    assert read.notes == ("a.txt: holds 1 control characters, which are ignored",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (PERSIAN, "Persian"),
        (URDU, "Urdu"),
        (ARTICLE, None),
        (ARTICLE.replace("ي", "ی").replace("ك", "ک"), None),
        ("أعلن الوزير الفرنسي جان ڤيگان في باريس عن پروتوكول مع چاد", None),
    ],
)
def test_languages_in_arabic_letters(text: str, language: str | None) -> None:
    expected = (f"x: looks like {language}, not Arabic: the translation will be poor",)
    assert check_arabic(text, "x") == (() if language is None else expected)


@pytest.mark.parametrize("start", ["<!DOCTYPE html>\n<html>", " <html dir='rtl'>", '<?xml version="1.0"?>'])
def test_markup_is_noted(start: str) -> None:
    (note,) = check_arabic(f"{start}{ARTICLE}", "x")
    assert note.startswith("x: looks like HTML or XML: its tags are read as text")


def test_arabic_with_an_address_is_arabic() -> None:
    assert (
        check_arabic("قال الوزير https://www.bundesregierung.de/breg-de/aktuelles/pressemitteilung", "x")
        == ()
    )


def test_lone_surrogates_do_no_harm() -> None:
    assert check_arabic(ARTICLE + "\ud800", "x") == ()
    with pytest.raises(InputError, match="only digits and signs"):
        check_arabic("\ud800\udfff", "x")


def test_a_megabyte_on_one_line() -> None:
    text = ARTICLE.replace("\n", " ") * 5_000
    assert decode_article(text.encode(), "a.txt").text == text
    assert decode_article(text.encode("cp1256"), "a.txt").text == text


@given(st.one_of(st.binary(), st.text().map(str.encode), st.text("ابتثجحخدذرزسلمنهوي \n").map(str.encode)))
def test_any_bytes_give_arabic_text_or_one_line(data: bytes) -> None:
    problem, read = "", None
    try:
        read = decode_article(data, "a.txt")
    except InputError as err:
        problem = str(err)
    assert "\n" not in problem
    if read is None:
        assert problem.startswith("a.txt:")
        return
    assert check_arabic(read.text, "a.txt") == tuple(note for note in read.notes if "looks like" in note)
    if not any("read as" in note for note in read.notes):
        assert read.text.encode() == data.removeprefix(codecs.BOM_UTF8)


def test_reading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "مقال.txt"
    path.write_bytes(ARTICLE.encode())
    assert read_article(path).text == ARTICLE


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(ARTICLE, encoding="utf-8")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    expected = {
        tmp_path / "none.txt": "no such file: check the path",
        tmp_path: f"is a folder, not a file: give the files in it, for example {tmp_path}/*.txt",
        tmp_path / "file" / "x.txt": "cannot be read: Not a directory",
        tmp_path / ("x" * 300): "cannot be read: File name too long",
        loop: "cannot be read: Too many levels of symbolic links",
    }
    for path, problem in expected.items():
        with pytest.raises(InputError) as caught:
            read_article(path)
        assert str(caught.value) == f"{path}: {problem}"
    with pytest.raises(InputError, match=r"no such file: the path holds a null character"):
        read_article(Path("a\0b"))


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # root may read everything, so read as nobody
        os.seteuid(65534)
    try:
        with pytest.raises(InputError) as caught:
            read_article(path)
    finally:
        os.seteuid(user)
    assert str(caught.value) == f"{path}: may not be read by you: change its permissions or copy it"
