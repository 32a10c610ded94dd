"""COMET and COMET-QE (Rei et al. 2020), where `unbabel-comet` is installed and a checkpoint is here.

unbabel-comet 2.2 wants NumPy 1 and Transformers 4, so it cannot stand beside Dragoman: it is run by the
Python of an environment of its own. Nothing is downloaded by us, save what its encoder's configuration asks
for. A COMET checkpoint is a pickle: name only one that you trust.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from pipeline.errors import InputError, UsageError
from pipeline.evaluation.statistics import Measured, Metric, measured, share

_CHUNK: Final = 1 << 20


class Comet:
    """A COMET checkpoint and the Python that runs it."""

    def __init__(self, name: str, checkpoint: Path, python: str | None = None) -> None:
        """Find both, before anything is scored.

        Args:
            name: of the metric, `COMET` or `COMET-QE`; the latter sees no references.
            checkpoint: a `.ckpt` file, or a folder with one in it or in its `checkpoints`.
            python: an interpreter that can import `comet`; None is the one that is running.

        Raises:
            UsageError: `unbabel-comet` is not installed there.
            InputError: no checkpoint there.
        """
        self._name, self._python = name, python or sys.executable
        self._version = _version(self._python)
        self._checkpoint = _find(checkpoint)

    def measure(
        self, sources: Sequence[str], references: Sequence[str], hypotheses: Sequence[Sequence[str]]
    ) -> list[Measured]:
        """Score the n hypotheses of each of s systems; the score of a set of segments is their mean.

        Raises:
            InputError: COMET cannot score with this checkpoint.
        """
        data = [
            {"src": source, "mt": hypothesis} | ({} if self._name == "COMET-QE" else {"ref": reference})
            for system in hypotheses
            for source, reference, hypothesis in zip(sources, references, system, strict=True)
        ]
        scores = self._run(data)
        signature = (
            f"comet:{self._version}|checkpoint:{self._checkpoint.stem}|sha256:{_checksum(self._checkpoint)}"
        )
        metric = Metric(
            self._name,
            "the model's own, about 0 to 1",
            "higher",
            f"{signature}|refs:{'none' if self._name == 'COMET-QE' else 'first'}",
            ("sum", "segments"),
            share(),
        )
        length = len(sources)
        return [
            measured(metric, [(score, 1.0) for score in scores[start : start + length]])
            for start in range(0, len(scores), length)
        ]

    def _run(self, data: Sequence[dict[str, str]]) -> list[float]:
        worker = files("pipeline.evaluation").joinpath("comet_worker.py").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            given, found = Path(folder, "data.json"), Path(folder, "scores.json")
            given.write_text(json.dumps(data), encoding="utf-8")
            done = subprocess.run(
                # Not by its path: the modules beside it would hide others of the same names.
                [self._python, "-c", worker, str(self._checkpoint.resolve()), str(given), str(found)],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode or not found.exists():
                last = (done.stderr.strip() or "no message").splitlines()[-1]
                raise InputError(
                    f"{self._checkpoint}: COMET cannot score with it ({last}); check the checkpoint"
                )
            return [float(score) for score in json.loads(found.read_text(encoding="utf-8"))]


def _version(python: str) -> str:
    asked = "import comet; from importlib.metadata import version; print(version('unbabel-comet'))"
    try:
        done = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
    except OSError as err:
        raise UsageError(f"comet: {python} cannot be run ({err.strerror}); check --comet-python") from err
    if done.returncode:
        raise UsageError(
            f"comet: unbabel-comet is not installed for {python}; install it into an environment of its own "
            "and name the Python of that with --comet-python"
        )
    return done.stdout.split()[-1]


def _find(checkpoint: Path) -> Path:
    if checkpoint.is_file():
        return checkpoint
    found = sorted((*checkpoint.glob("*.ckpt"), *checkpoint.glob("checkpoints/*.ckpt")))
    if not found:
        raise InputError(f"{checkpoint}: no COMET checkpoint (.ckpt); give one that is on this machine")
    return found[0]


def _checksum(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()[:12]
