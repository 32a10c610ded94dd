"""The Hugging Face hub: its cache on this machine, and the download of a checkpoint into it."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.checkpoint import NEEDED_FILES, WEIGHTS
from pipeline.errors import ModelError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

Progress = Callable[[str, int, int], None]
"""Called while a file is downloaded, with its name, the bytes that are here and the bytes in all."""

_WELCOME_FILES: Final = ("README.md", "generation_config.json", "tokenizer_config.json")
_CONVERTER: Final = "SFconvertbot"


def hub_cache() -> Path:
    """Return the folder where the hub client keeps checkpoints; honours `HF_HUB_CACHE` and `HF_HOME`.

    The hub client reads these once, when it is imported; here they are read on each call.
    """
    for variable, below in (("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub")):
        if folder := os.environ.get(variable):
            return Path(os.path.expandvars(folder)).expanduser() / below
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "huggingface" / "hub"


def cached_repositories() -> tuple[str, ...]:
    """Return the hub names of all models in the cache, in order, whatever their kind."""
    names = (folder.name.removeprefix("models--") for folder in sorted(hub_cache().glob("models--*--*")))
    return tuple(name.replace("--", "/", 1) for name in names)


def cached_checkpoint(repository: str, revision: str) -> Path | None:
    """Return the folder of a repository in the cache, complete or not; None if there is nothing of it.

    Args:
        repository: owner/name.
        revision: commit, branch or reference. If empty, `main` if its safetensors are here, else any other
            revision whose safetensors are: many older repositories have them in a pull request only.
    """
    from huggingface_hub import try_to_load_from_cache

    references = hub_cache() / f"models--{repository.replace('/', '--')}" / "refs"
    revisions = [revision] if revision else ["main"]
    if not revision and references.is_dir():
        names = {path.relative_to(references).as_posix() for path in references.rglob("*") if path.is_file()}
        revisions += sorted(names - {"main"})
    for file in (WEIGHTS, "config.json"):
        for candidate in revisions:
            path = try_to_load_from_cache(repository, file, cache_dir=hub_cache(), revision=candidate)
            if isinstance(path, str):
                return Path(path).parent
    return None


def download_checkpoint(repository: str, revision: str, progress: Progress | None) -> None:
    """Download what is needed of a checkpoint into the cache, and no other file.

    Where `main` holds no safetensors, the pull request of the hub's own conversion bot is taken instead; that
    of another author is not, since anybody may open one.

    Args:
        repository: owner/name.
        revision: commit, branch or reference; may be empty.
        progress: called while bytes arrive.

    Raises:
        ModelError: no network, no such repository or revision, gated, or a needed file is not there.
    """
    from huggingface_hub import HfApi, hf_hub_download

    endpoint = os.environ.get("HF_ENDPOINT")
    api = HfApi(endpoint=endpoint)
    with _one_line_errors(repository, revision):
        files = _list_files(api, repository, revision or "main")
        if WEIGHTS not in files and not revision:
            for candidate in _conversions(api, repository):
                candidate_files = _list_files(api, repository, candidate)
                if WEIGHTS in candidate_files:
                    revision, files = candidate, candidate_files
                    break
        if missing := [file for file in NEEDED_FILES if file not in files]:
            raise ModelError(
                f"{repository}: no {missing[0]} in revision {revision or 'main'}; "
                "only MarianMT checkpoints in safetensors are served"
            )
        # The weights last: until they are here, the cache holds no checkpoint that would be taken for one.
        for file in (*_WELCOME_FILES, *NEEDED_FILES):
            if file in files:
                hf_hub_download(
                    repository,
                    file,
                    revision=revision or None,
                    cache_dir=hub_cache(),
                    endpoint=endpoint,
                    tqdm_class=_progress_bar(file, progress),
                )


def _list_files(api: "HfApi", repository: str, revision: str) -> set[str]:
    siblings = api.model_info(repository, revision=revision).siblings or ()
    return {sibling.rfilename for sibling in siblings}


def _conversions(api: "HfApi", repository: str) -> Iterator[str]:
    """Yield the references of the conversion bot's pull requests."""
    for request in api.get_repo_discussions(repository, author=_CONVERTER, discussion_type="pull_request"):
        if request.is_pull_request and request.author == _CONVERTER and request.status != "closed":
            yield f"refs/pr/{request.num}"


def _progress_bar(file: str, progress: Progress | None) -> Any:
    """Return a class that the hub client takes for tqdm; it calls `progress` and prints nothing."""
    from huggingface_hub.utils import tqdm  # type: ignore[attr-defined]

    class Bar(tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs | {"file": io.StringIO(), "disable": False})  # type: ignore[no-untyped-call]

        def display(self, *_: Any, **__: Any) -> None:
            if progress is not None and self.total:
                progress(file, int(self.n), int(self.total))

    return Bar


@contextmanager
def _one_line_errors(repository: str, revision: str) -> Iterator[None]:
    """Turn what the hub client raises into one line each."""
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as err:
        raise ModelError(
            f"{repository}: gated; accept its terms on the hub (https://huggingface.co/{repository}), "
            "then run `hf auth login`"
        ) from err
    except errors.RepositoryNotFoundError as err:
        raise ModelError(
            f"{repository}: no such repository on the hub, or a private one; check the name, or run "
            "`hf auth login`"
        ) from err
    except errors.RevisionNotFoundError as err:
        raise ModelError(f"{repository}: no revision {revision!r} on the hub; leave it out for main") from err
    except errors.HfHubHTTPError as err:
        raise ModelError(
            f"{repository}: the hub answered with status {err.response.status_code}; try again later"
        ) from err
    except errors.OfflineModeIsEnabled as err:
        raise ModelError(f"{repository}: HF_HUB_OFFLINE is set, so nothing is downloaded; unset it") from err
    except (errors.HTTPError, errors.LocalEntryNotFoundError, ConnectionError) as err:  # type: ignore[attr-defined]
        raise ModelError(
            f"{repository}: the hub cannot be reached; check the network, or give a folder that is here"
        ) from err
    except OSError as err:
        raise ModelError(f"{repository}: cannot be stored in {hub_cache()} ({err})") from err
