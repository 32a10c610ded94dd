"""English for a student to learn from, written by a teacher: sequence-level distillation.

What the teacher has written stays in the run folder, line by line, so that a run that was stopped does not
translate anything twice.

Source: Kim and Rush 2016, sequence-level knowledge distillation.
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
        path: JSON lines: first who wrote it, then each sentence and its translation. One that is longer than
            the teacher can read is translated by an empty string.

    Returns:
        n translations.

    Raises:
        ModelError: the teacher is not on this machine.
        CorpusError: `path` holds other sentences, or those of another teacher, or is damaged.
    """
    by = settings.model_dump(include={"teacher", "beam_size"})
    written = _read(path, sources, by)
    if len(written) == len(sources):
        return written
    teacher = resolve_model(settings.teacher)
    engine = load_engine("auto", teacher.folder, device=settings.device)
    with path.open("a", encoding="utf-8") as file:
        if not file.tell():
            file.write(json.dumps(by, ensure_ascii=False) + "\n")
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


def _read(path: Path, sources: Sequence[str], by: dict[str, Any]) -> list[str]:
    """Return what is written already; a last line that a kill cut off is taken away."""
    if not path.exists():
        return []
    complete, end, _ = path.read_bytes().rpartition(b"\n")
    with path.open("r+b") as file:
        file.truncate(len(complete + end))
    if not complete:
        return []
    try:
        # Not splitlines: a sentence may hold a character that is a line end to it.
        heading, *rows = [json.loads(line) for line in complete.decode().split("\n")]
        before, written = [source for source, _ in rows], [english for _, english in rows]
    except (ValueError, TypeError) as err:
        raise CorpusError(f"{path}: damaged ({err}); remove it, so that it is written anew") from err
    if heading != by or before != list(sources[: len(rows)]):
        raise CorpusError(
            f"{path}: written for other sentences or by another teacher; remove it, or use another --run-dir"
        )
    return written
