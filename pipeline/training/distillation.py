"""English for a student to learn from, written by a teacher: sequence-level distillation.

What the teacher has written stays in the run folder, line by line, so that a run that was stopped does not
translate anything twice.

Source: Kim and Rush 2016, sequence-level knowledge distillation.
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from pipeline.engines import load_engine
from pipeline.errors import CorpusError
from pipeline.models import resolve_model
from pipeline.training.config import DistillationConfig

logger = logging.getLogger(__name__)

_LINES_AT_ONCE = 2000


def write_english(sources: Sequence[str], settings: DistillationConfig, path: Path) -> list[str]:
    """Translate n prepared sentences with the teacher, going on where `path` ends.

    Args:
        sources: n sentences.
        settings: name the teacher.
        path: a JSON line for each sentence: the source and its translation. One that is longer than the
            teacher can read is translated by an empty string.

    Returns:
        n translations.

    Raises:
        ModelError: the teacher is not on this machine.
        CorpusError: `path` holds other sentences.
    """
    written = _read(path, sources)
    if len(written) == len(sources):
        return written
    teacher = resolve_model(settings.teacher)
    engine = load_engine("auto", teacher.folder, device=settings.device)
    with path.open("a", encoding="utf-8") as file:
        for start in range(len(written), len(sources), _LINES_AT_ONCE):
            lines = sources[start : start + _LINES_AT_ONCE]
            encoded = [engine.tokenizer.encode(line).pieces for line in lines]
            short = [
                index for index, pieces in enumerate(encoded) if 0 < len(pieces) <= engine.max_source_pieces
            ]
            english = [""] * len(lines)
            hypotheses = engine.translate([encoded[index] for index in short], beam_size=settings.beam_size)
            for index, (best, *_) in zip(short, hypotheses, strict=True):
                english[index] = engine.tokenizer.decode(best.pieces)
            for line, translation in zip(lines, english, strict=True):
                file.write(json.dumps([line, translation], ensure_ascii=False) + "\n")
            file.flush()
            written += english
            logger.info("%s has translated %d of %d sentences", teacher.name, len(written), len(sources))
    return written


def _read(path: Path, sources: Sequence[str]) -> list[str]:
    """Return what is written already; a last line that a kill cut off is taken away."""
    if not path.exists():
        return []
    complete, _, _ = path.read_bytes().rpartition(b"\n")
    path.write_bytes(complete + b"\n" if complete else b"")
    rows = [json.loads(line) for line in complete.decode().splitlines()]
    if [source for source, _ in rows] != list(sources[: len(rows)]):
        raise CorpusError(f"{path}: written for other sentences; remove it, or use another --run-dir")
    return [english for _, english in rows]
