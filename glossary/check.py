"""What is wrong or doubtful in glossary files: the lint behind `dragoman glossary check`.

Reading refuses what cannot be used; this goes on after the first fault, and asks of every form, guard and
condition whether it does anything, by looking for it with the very matcher that translation uses.
"""

from collections.abc import Iterable, Sequence
from os import PathLike

from glossary.check_among import conflicts, readings, shared_forms
from glossary.check_layers import Layers
from glossary.check_term import Probe, term_findings
from glossary.finding import SEVERITIES, Finding
from glossary.glossary import Glossary, builtin_drafts, read_drafts, with_ids

__all__ = ["SEVERITIES", "Finding", "check_files"]


def check_files(
    *paths: str | PathLike[str], over: Sequence[str | PathLike[str]] = (), builtin: bool = True
) -> tuple[Finding, ...]:
    """Check glossaries as layers, each over the earlier ones.

    Does not check whether a translation is right, nor whether a form is good Arabic.

    Args:
        paths: the files to check; without any, the built-in ones and `over` are.
        over: glossaries between the built-in ones and `paths`.
        builtin: whether the built-in glossary is the first layer.

    Returns:
        findings by file in the order of layers, then by line.

    Raises:
        GlossaryError: a glossary that is not to be checked cannot be used.
    """
    layers = Layers()
    if builtin:
        layers.add(builtin_drafts(), checked=not paths)
    for path in over:
        if paths:
            layers.add(with_ids(read_drafts(path), layers.drafts), checked=False)
        else:
            layers.read(path)
    for path in paths:
        layers.read(path)
    terms = layers.compose()
    findings = [*layers.findings]
    glossary = Glossary(*terms)
    probe = Probe(glossary)
    findings += conflicts(glossary, terms, layers)
    used = [[term for term in layer if glossary.terms[term.id] is term] for layer in terms]
    findings += shared_forms(used, layers)
    findings += readings(used, layers)
    for number in sorted(layers.checked):
        for term in used[number]:
            findings += term_findings(term, layers.origins[number][term.id], probe, layers)
    return _in_order(findings, layers)


def _in_order(findings: Iterable[Finding], layers: Layers) -> tuple[Finding, ...]:
    files = {path: number for number, path in enumerate(layers.files)}
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda each: (files.get(each.path, -1), each.line or 0, SEVERITIES.index(each.severity)),
        )
    )
