"""Real systems: what verifying, renaming and replacing would do to recorded output, without decoding.

    python -m tests.bed.systems FOLDER --changes /tmp/changes.txt

FOLDER holds `NAME.ar`, the reference `NAME.en` and the systems `NAME.SYSTEM.en`, line by line, as FLORES-200
dev with the outputs that Mozilla published. Every line is a document of its own. For development only.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import Translator
from pipeline.appositions import joined_appositions
from pipeline.enforce import translate_and_enforce
from pipeline.engines.replay import ReplayEngine
from pipeline.latin import with_latin
from pipeline.prepare import prepare_with_offsets
from pipeline.request import Enforced, EnforcementSettings, Request
from tests.bed.quality import score

TOGETHER = "together"
SETTINGS = EnforcementSettings(frozenset({"rerank", "rename", "replace"}))
_OUTCOMES = ("kept", "reranked", "renamed", "replaced", "missing")


def replay(
    base: Translator, sources: Sequence[str], recorded: Sequence[Sequence[str]], settings: EnforcementSettings
) -> list[Enforced]:
    """Run n lines with their recorded translations, the preferred one first, through the ladder.

    Without segmentation, since the records are of whole lines; nothing is left out of what the model reads,
    since the systems read all of it; no naming.
    """
    engine = ReplayEngine(base.engine, dict(zip(sources, recorded, strict=True)))
    requests = [request(base, source) for source in sources]
    beam = max(map(len, recorded))
    return translate_and_enforce(engine, requests, settings, beam_size=beam)


def request(base: Translator, source: str) -> Request:
    """Make a request of a line, which is a document of its own."""
    matches = joined_appositions(source, base.glossary.find(source))[0]
    matches = with_latin(source, matches)
    prepared = prepare_with_offsets(source)
    encoded = base.engine.tokenizer.encode(prepared.text)
    bare = Request(prepared.text, encoded.pieces, matches, (), encoded.spans)
    spans = [prepared.prepared_span(match.start - len(match.proclitics), match.end) for match in matches]
    return replace(bare, windows=tuple(map(bare.window, spans)))


def described(system: str, line: int, result: Enforced, source: str, reference: str) -> str:
    """A changed line, with what was done to it."""
    terms = [
        f"{each.outcome}: {each.before!r} -> {each.rendering!r} ({each.match.term.id}, {each.match.surface})"
        for each in result.outcomes
        if each.outcome not in ("kept", "missing")
    ]
    rows = [f"{system} {line}", f"  ar  {source}", f"  ref {reference}", f"  old {result.plain}"]
    return "\n".join([*rows, f"  new {result.draft.text}", *(f"  {term}" for term in terms)])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bed.systems", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--changes", type=Path, help="write every changed line to this file")
    given = parser.parse_args()
    source_file = next(given.folder.glob("*.ar"))
    name = source_file.stem
    sources = _lines(source_file)
    references = _lines(given.folder / f"{name}.en")
    systems = {path.name.split(".")[1]: _lines(path) for path in sorted(given.folder.glob(f"{name}.*.en"))}
    order = sorted(systems, key=lambda system: system != "opusmt")
    base = Translator.from_pretrained("compact", device="cpu")
    arms = {system: [[text] for text in systems[system]] for system in order}
    arms[TOGETHER] = [list(texts) for texts in zip(*(systems[system] for system in order), strict=True)]
    changes = []
    for arm, recorded in arms.items():
        results = replay(base, sources, recorded, SETTINGS)
        before, after = [texts[0] for texts in recorded], [result.draft.text for result in results]
        outcomes: Counter[str] = Counter(each.outcome for result in results for each in result.outcomes)
        changed = [number for number, text in enumerate(after) if text != before[number]]
        changes += [
            described(arm, number + 1, results[number], sources[number], references[number])
            for number in changed
        ]
        found, signatures = score({"before": before, "after": after}, references)
        old, new = found["before"], found["after"]
        sys.stdout.write(
            f"{arm:<24}"
            + "".join(f"{outcome} {outcomes[outcome]:>5}  " for outcome in _OUTCOMES)
            + f"changed {len(changed):>4}  chrF++ {old.chrf:.3f} -> {new.chrf:.3f} p {new.chrf_p:.3f}  "
            + f"BLEU {old.bleu:.3f} -> {new.bleu:.3f} p {new.bleu_p:.3f}\n"
        )
        sys.stdout.flush()
    sys.stdout.write("".join(f"{name}: {signature}\n" for name, signature in signatures.items()))
    if given.changes:
        given.changes.write_text("\n\n".join(changes) + "\n", encoding="utf-8")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


if __name__ == "__main__":
    main()
