"""What holds for every test, the doctests of the packages too."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep converted models and compiled glossaries out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
