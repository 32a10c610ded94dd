"""Which findings make a run fail, and the ways in which a command line says so."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, get_args

from pipeline.checks.place import Level
from pipeline.checks.registry import CHECKS, GRAVEST, check_names
from pipeline.errors import ConfigError
from pipeline.records import Finding

STRICT: Final = "missing_term"
_LEVELS: Final = get_args(Level)
_FEW: Final = 6


def parse_levels(options: Iterable[str]) -> dict[str, Level]:
    """Read `NAME=LEVEL` options; a later one wins.

    Raises:
        ConfigError: another shape, an unknown check or level.

    >>> parse_levels(["spacing=off", "number=error"])
    {'spacing': 'off', 'number': 'error'}
    """
    levels: dict[str, Level] = {}
    for option in options:
        name, equals, level = (part.strip() for part in option.partition("="))
        if not equals:
            raise ConfigError(f"--check {option}: NAME=LEVEL is wanted, as in number=error")
        try:
            check_names([name])
        except ConfigError as err:
            raise ConfigError(f"--check {option}: {err}") from err
        known = next((each for each in _LEVELS if each == level), None)
        if known is None:
            raise ConfigError(
                f"--check {option}: unknown level {level!r}; the levels are {', '.join(_LEVELS)}"
            )
        levels[name] = known
    return levels


def parse_fail_on(options: Iterable[str], levels: Mapping[str, Level]) -> frozenset[str]:
    """Read lists of checks and severities, separated by commas.

    A severity stands for itself and for graver ones.

    Args:
        options: each a list, as in `number,date` or `error`.
        levels: the severities that the user has set.

    Returns:
        The checks whose findings make a run fail.

    Raises:
        ConfigError: an unknown name, or a check that is off.

    >>> sorted(parse_fail_on(["number, spacing", "date"], {}))
    ['date', 'number', 'spacing']
    >>> "missing_term" in parse_fail_on(["error"], {"missing_term": "warning"})
    False
    """
    chosen: set[str] = set()
    for what in (part.strip() for option in options for part in option.split(",")):
        if what in GRAVEST:
            graver = GRAVEST[: GRAVEST.index(what) + 1]
            chosen |= {name for name, check in CHECKS.items() if levels.get(name, check.severity) in graver}
        elif what not in CHECKS:
            known = ", ".join((*GRAVEST, *CHECKS))
            raise ConfigError(f"--fail-on: unknown check or severity {what!r}; there are {known}")
        elif levels.get(what) == "off":
            raise ConfigError(f"--fail-on: the check {what} is off; switch it on, or leave it out here")
        else:
            chosen.add(what)
    return frozenset(chosen)


def count_findings(findings: Sequence[Finding]) -> str:
    """Sum findings up: `3 findings: 1 error, 2 warnings (number 2, code)`; by check where these are few."""
    severities = Counter(finding.severity for finding in findings)
    checks = Counter(finding.check for finding in findings)
    parts = ", ".join(
        f"{severities[level]} {level}{'s' if severities[level] > 1 and level != 'info' else ''}"
        for level in GRAVEST
        if level in severities
    )
    by_check = ", ".join(
        f"{name} {checks[name]}" if checks[name] > 1 else name for name in CHECKS if name in checks
    )
    total = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}: {parts}"
    return f"{total} ({by_check})" if len(checks) <= _FEW else total
