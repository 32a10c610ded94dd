"""Quality findings: what a reader of a translation should look at, and where.

`CHECKS` lists every check by name. Each looks at one segment, save those of `check_document`, which compare
segments. They are tuned for few false alarms on good human translations: a check that cries often is ignored.

registry, gate · then what they look at: terms, carried, text, punctuation, document · place, what they yield
"""

from pipeline.checks.gate import STRICT, count_findings, parse_fail_on, parse_levels
from pipeline.checks.place import Check, Level, Place
from pipeline.checks.registry import CHECKS, check_document, check_names, check_segment, only
from pipeline.checks.text import length_bounds

__all__ = [
    "CHECKS",
    "STRICT",
    "Check",
    "Level",
    "Place",
    "check_document",
    "check_names",
    "check_segment",
    "count_findings",
    "length_bounds",
    "only",
    "parse_fail_on",
    "parse_levels",
]
