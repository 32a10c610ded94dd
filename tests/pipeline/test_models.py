import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.checkpoint import NEEDED_FILES, check_checkpoint, fingerprint
from pipeline.errors import ModelError
from pipeline.hub import hub_cache
from pipeline.models import (
    COMPACT_FOLDER,
    HUB_PRESETS,
    PRESETS,
    cache_folder,
    list_models,
    model_info,
    pull_model,
    resolve_model,
)

BASE, BIG = HUB_PRESETS["base"], HUB_PRESETS["big"]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER_COMMIT = COMMIT[::-1]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache of its own."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def add(cache: Path, tiny_folder: Path) -> Callable[..., Path]:
    """Lay a copy of the tiny checkpoint into the cache as the hub client does, files as links to blobs."""

    def add(
        repository: str, reference: str = "main", commit: str = COMMIT, *, drop: tuple[str, ...] = ()
    ) -> Path:
        folder = cache / f"models--{repository.replace('/', '--')}"
        snapshot = folder / "snapshots" / commit
        snapshot.mkdir(parents=True)
        (folder / "blobs").mkdir(exist_ok=True)
        for number, path in enumerate(sorted(tiny_folder.iterdir())):
            if path.name not in drop:
                blob = folder / "blobs" / f"{commit}{number}"
                shutil.copy(path, blob)
                (snapshot / path.name).symlink_to(blob)
        (folder / "refs" / reference).parent.mkdir(parents=True, exist_ok=True)
        (folder / "refs" / reference).write_text(commit, encoding="utf-8")
        return snapshot

    return add


def only_pickle(snapshot: Path) -> None:
    (snapshot / "model.safetensors").rename(snapshot / "pytorch_model.bin")


# Names


def test_a_preset_in_the_cache(add: Callable[..., Path]) -> None:
    snapshot = add(BASE)
    found = resolve_model("base")
    assert (found.name, found.folder, found.revision, found.note) == ("base", snapshot, COMMIT, "")
    assert found.fingerprint == fingerprint(snapshot)
    assert resolve_model(BASE).folder == snapshot


def test_a_hub_name_with_a_revision(add: Callable[..., Path]) -> None:
    main = add("owner/model")
    other = add("owner/model", "refs/pr/4", OTHER_COMMIT)
    assert resolve_model("owner/model").folder == main
    assert resolve_model("owner/model@refs/pr/4").folder == other
    assert resolve_model(f"owner/model@{OTHER_COMMIT}").revision == OTHER_COMMIT
    assert resolve_model("owner/model@main").folder == main
    with pytest.raises(ModelError, match="not on this machine; `dragoman models pull owner/model@v2`"):
        resolve_model("owner/model@v2")


def test_safetensors_of_a_pull_request_go_before_a_pickle_in_main(add: Callable[..., Path]) -> None:
    only_pickle(add(BASE))
    converted = add(BASE, "refs/pr/7", OTHER_COMMIT)
    assert resolve_model("base").folder == converted
    with pytest.raises(ModelError, match=r"only pytorch_model\.bin"):
        resolve_model(f"{BASE}@main")


def test_a_pickle_alone_is_refused(add: Callable[..., Path]) -> None:
    only_pickle(add(BASE))
    with pytest.raises(ModelError, match=r"pickle, which is never loaded; .*models pull"):
        resolve_model("base")


def test_a_folder(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = resolve_model(str(tiny_folder))
    assert (found.name, found.folder, found.revision) == (str(tiny_folder), tiny_folder, "")
    shutil.copytree(tiny_folder, tmp_path / "owner" / "model")
    monkeypatch.chdir(tmp_path)
    assert resolve_model("owner/model").folder == Path("owner/model")
    assert resolve_model("./owner/model").fingerprint == found.fingerprint


def test_a_folder_in_the_home_directory(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(tiny_folder, tmp_path / "model")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve_model("~/model").folder == tmp_path / "model"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("base", "model 'base' is not on this machine; `dragoman models pull base` downloads it"),
        ("owner/model", "`dragoman models pull owner/model` downloads it"),
        (
            "bse",
            "model 'bse': no such folder, and not the name of a model; give auto, big, base, compact",
        ),
        ("./nowhere/model", "no such folder"),
        ("owner/model@../../../etc", "no such folder"),
        ("", "no such folder"),
    ],
)
def test_what_is_not_here_is_named_with_a_way_out(cache: Path, name: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        resolve_model(name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_incomplete_download_says_how_to_get_it_again(add: Callable[..., Path]) -> None:
    add(BASE, drop=("target.spm",))
    with pytest.raises(
        ModelError, match=r"target\.spm is missing; `dragoman models pull base` gets it again"
    ):
        resolve_model("base")


# The default


def test_auto_takes_the_best_preset_that_is_here(add: Callable[..., Path]) -> None:
    base = add(BASE)
    found = resolve_model("auto")
    assert (found.name, found.folder) == ("base", base)
    assert found.note == "model: base; `dragoman models pull big` gets a stronger one"
    big = add(BIG)
    found = resolve_model("auto")
    assert (found.name, found.folder, found.note) == ("big", big, "model: big")


def test_auto_passes_over_what_cannot_be_used_and_says_so(add: Callable[..., Path]) -> None:
    only_pickle(add(BIG))
    add(BASE)
    found = resolve_model("auto")
    assert found.name == "base"
    assert "big cannot be used: " in found.note
    assert "pickle" in found.note
    assert "\n" not in found.note


def test_auto_takes_compact_where_nothing_else_is(cache: Path) -> None:
    found = resolve_model("auto")
    assert (found.name, found.folder, found.revision) == ("compact", COMPACT_FOLDER, "")
    assert found.note == "model: compact; `dragoman models pull base` gets a stronger one"
    assert resolve_model("compact").fingerprint == found.fingerprint


# Places


def test_the_hub_cache_is_where_the_hub_client_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert hub_cache() == tmp_path / ".cache" / "huggingface" / "hub"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert hub_cache() == tmp_path / "x" / "huggingface" / "hub"
    monkeypatch.setenv("HF_HOME", "~/hf")
    assert hub_cache() == tmp_path / "hf" / "hub"
    monkeypatch.setenv("HF_HUB_CACHE", "$HOME/cache")
    assert hub_cache() == tmp_path / "cache"


def test_the_cache_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DRAGOMAN_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("DRAGOMAN_CACHE_DIR")
    assert cache_folder().name == "dragoman"


# What is known of a model


def test_the_information_on_a_model(add: Callable[..., Path], tiny_folder: Path) -> None:
    snapshot = add(BASE)
    (snapshot / "README.md").write_text(
        "---\nlanguage: ar\nlicense: apache-2.0\n---\n# Model\n", encoding="utf-8"
    )
    info = model_info("base")
    assert (info.name, info.repository, info.revision) == ("base", BASE, COMMIT)
    assert info.licence == "apache-2.0"
    assert info.checkpoint == check_checkpoint(snapshot)
    assert info.size_bytes == sum((tiny_folder / name).stat().st_size for name in NEEDED_FILES)
    assert info.fingerprint == fingerprint(tiny_folder)
    assert model_info(str(tiny_folder)).repository == ""


@pytest.mark.parametrize(
    "card",
    [
        "",
        "# Model\nlicense: mit\n",
        "---\nlicense: [\n---\n",
        "---\n- license\n---\n",
        "---\nlicense: [a]\n---\n",
    ],
)
def test_a_card_without_a_licence_is_no_error(tiny_folder: Path, tmp_path: Path, card: str) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    (folder / "README.md").write_text(card, encoding="utf-8")
    assert model_info(str(folder)).licence == ""


def test_the_list_names_presets_and_the_rest_of_the_cache(add: Callable[..., Path], cache: Path) -> None:
    add(BASE)
    add("owner/arabic")
    other = add("owner/other-kind")
    (other / "config.json").unlink()
    (other / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    (cache / "models--broken").mkdir()
    listed = list_models()
    assert [info.name for info in listed] == [*PRESETS, "owner/arabic"]
    by_name = {info.name: info for info in listed}
    assert [info.name for info in listed if info.is_default] == ["base"]
    assert by_name["base"].note == "the default: on this machine, and no better one is"
    assert by_name["big"].checkpoint is None
    assert "`dragoman models pull big`" in by_name["big"].note
    assert by_name["owner/arabic"].checkpoint is not None
    assert by_name["compact"].checkpoint is not None


# Download, from a small hub on this machine


class Hub:
    """Repositories by name and revision: folders; and the author of each pull request."""

    def __init__(self) -> None:
        self.folders: dict[tuple[str, str], Path] = {}
        self.pull_requests: dict[str, list[tuple[int, str, str]]] = {}
        self.refusals: dict[str, tuple[int, str]] = {}
        self.downloads: list[tuple[str, str]] = []


@contextmanager
def serve(hub: Hub) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            parts = url.path.strip("/").split("/")
            if parts[:2] == ["api", "models"] and len(parts) > 4:
                repository, what, rest = "/".join(parts[2:4]), parts[4], "/".join(parts[5:])
                if self.refused(repository):
                    return
                if what == "discussions":
                    self.json(self.discussions(repository, parse_qs(url.query)))
                elif what == "revision" and (
                    folder := hub.folders.get((repository, rest.replace("%2F", "/")))
                ):
                    names = [{"rfilename": path.name} for path in folder.iterdir()]
                    self.json({"id": repository, "sha": COMMIT, "siblings": names})
                else:
                    self.answer(404, {"X-Error-Code": "RevisionNotFound"})
            elif len(parts) > 4 and parts[2] == "resolve":
                repository, revision = "/".join(parts[:2]), "/".join(parts[3:-1]).replace("%2F", "/")
                path = hub.folders[repository, revision] / parts[-1]
                if self.command == "GET":
                    hub.downloads.append((revision, path.name))
                self.answer(200, {"X-Repo-Commit": COMMIT, "ETag": f'"{path.name}"'}, path.read_bytes())
            else:
                self.answer(404, {})

        do_HEAD = do_GET  # noqa: N815

        def refused(self, repository: str) -> bool:
            if repository in hub.refusals:
                status, code = hub.refusals[repository]
                self.answer(status, {"X-Error-Code": code})
            return repository in hub.refusals

        def discussions(self, repository: str, query: dict[str, list[str]]) -> dict[str, object]:
            rows = [
                {
                    "title": "Adding `safetensors` variant of this model",
                    "num": number,
                    "author": {"name": author},
                    "createdAt": "2023-03-01T00:00:00.000Z",
                    "status": status,
                    "repo": {"name": repository, "type": "model"},
                    "isPullRequest": True,
                }
                for number, author, status in hub.pull_requests.get(repository, [])
            ]
            return {"discussions": rows, "count": len(rows), "start": 0}

        def json(self, value: object) -> None:
            self.answer(200, {"Content-Type": "application/json"}, json.dumps(value).encode())

        def answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    with serve(hub) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield hub


@pytest.fixture
def pickled(tiny_folder: Path, tmp_path: Path) -> Path:
    """The tiny checkpoint as the older repositories have it, with the files nobody needs."""
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "pickled"))
    only_pickle(folder)
    for name in ("tf_model.h5", "README.md", ".gitattributes"):
        (folder / name).write_text("---\nlicense: apache-2.0\n---\n", encoding="utf-8")
    return folder


def test_a_checkpoint_is_pulled_without_the_files_nobody_needs(
    hub: Hub, tiny_folder: Path, tmp_path: Path, capfd
) -> None:
    remote = Path(shutil.copytree(tiny_folder, tmp_path / "remote"))
    for name in ("pytorch_model.bin", "tf_model.h5", "rust_model.ot", "README.md", "remote_code.py"):
        (remote / name).write_bytes(b"---\nlicense: cc-by-4.0\n---\n")
    hub.folders[BASE, "main"] = remote
    seen: list[tuple[str, int, int]] = []
    pulled = pull_model("base", lambda *progress: seen.append(progress))
    assert {name for _, name in hub.downloads} == {*NEEDED_FILES, "README.md"}
    assert pulled == resolve_model("base")
    assert pulled.fingerprint == fingerprint(tiny_folder)
    assert resolve_model("auto").name == "base"
    assert model_info("base").licence == "cc-by-4.0"
    size = (tiny_folder / "model.safetensors").stat().st_size
    assert ("model.safetensors", size, size) in seen
    assert all(0 <= done <= total for _, done, total in seen)
    assert capfd.readouterr() == ("", "")


def test_the_conversion_bots_pull_request_is_taken_where_main_has_no_safetensors(
    hub: Hub, tiny_folder: Path, pickled: Path
) -> None:
    hub.folders[BASE, "main"] = pickled
    for number in (2, 3, 5, 8):
        hub.folders[BASE, f"refs/pr/{number}"] = tiny_folder
    hub.folders[BASE, "refs/pr/4"] = pickled
    hub.pull_requests[BASE] = [
        (2, "somebody", "open"),
        (3, "SFconvertbot", "closed"),
        (4, "SFconvertbot", "open"),
        (5, "SFconvertbot", "open"),
        (8, "SFconvertbot", "open"),
    ]
    pulled = pull_model("base")
    assert {revision for revision, _ in hub.downloads} == {"refs/pr/5"}
    assert pulled.folder == resolve_model("base").folder


def test_pickles_are_not_pulled(hub: Hub, tiny_folder: Path, pickled: Path) -> None:
    hub.folders["owner/model", "main"] = pickled
    hub.folders["owner/model", "refs/pr/2"] = tiny_folder
    hub.pull_requests["owner/model"] = [(2, "somebody", "open")]
    with pytest.raises(ModelError, match=r"owner/model: no model\.safetensors in revision main"):
        pull_model("owner/model")
    assert hub.downloads == []


def test_a_revision_that_is_asked_for_is_taken(hub: Hub, tiny_folder: Path, pickled: Path) -> None:
    hub.folders["owner/model", "refs/pr/2"] = tiny_folder
    hub.folders["owner/model", "old"] = pickled
    hub.pull_requests["owner/model"] = [(2, "SFconvertbot", "open")]
    assert pull_model("owner/model@refs/pr/2").name == "owner/model@refs/pr/2"
    with pytest.raises(ModelError, match=r"no model\.safetensors in revision old"):
        pull_model("owner/model@old")


def test_another_kind_of_model_is_pulled_no_further_than_its_files(
    hub: Hub, tiny_folder: Path, tmp_path: Path
) -> None:
    remote = Path(shutil.copytree(tiny_folder, tmp_path / "remote"))
    (remote / "source.spm").unlink()
    hub.folders["owner/model", "main"] = remote
    with pytest.raises(ModelError, match=r"no source\.spm in revision main; only MarianMT"):
        pull_model("owner/model")
    assert hub.downloads == []


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (404, "RepoNotFound", "owner/model: no such repository on the hub"),
        (401, "RepoNotFound", "owner/model: no such repository on the hub"),
        (403, "GatedRepo", "owner/model: gated; accept its terms"),
        (404, "RevisionNotFound", "owner/model: no revision 'v9' on the hub"),
        (500, "", "owner/model: the hub answered with status 500"),
    ],
)
def test_a_refusal_is_one_line(hub: Hub, status: int, code: str, message: str) -> None:
    hub.refusals["owner/model"] = (status, code)
    with pytest.raises(ModelError) as caught:
        pull_model("owner/model@v9")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_without_a_network_pulling_says_so(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(Hub()) as address:
        closed = address
    monkeypatch.setenv("HF_ENDPOINT", closed)
    with pytest.raises(ModelError, match="the hub cannot be reached; check the network"):
        pull_model("base")


def test_a_cache_that_cannot_be_written_is_named(
    hub: Hub, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.folders[BASE, "main"] = tiny_folder
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="cannot be stored in"):
        pull_model("base")


@pytest.mark.parametrize("name", ["bse", "./folder", "a/b/c", "a/b@..", ""])
def test_only_hub_names_can_be_pulled(cache: Path, name: str) -> None:
    with pytest.raises(ModelError, match="not a name on the hub"):
        pull_model(name)


def test_compact_need_not_be_pulled(cache: Path) -> None:
    assert pull_model("compact").folder == COMPACT_FOLDER
