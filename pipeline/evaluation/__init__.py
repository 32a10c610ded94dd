"""Scores translations against references, tells whether a difference is real, and shows where it lies.

>>> from pipeline.evaluation import evaluate
>>> references = ["NATO met in Berlin.", "The Chancellor spoke."]
>>> result = evaluate(
...     reference=[references],
...     hypothesis={"a": references, "b": ["NATO in Berlin.", "The Chancellor spoke."]},
...     baseline="a",
... )
>>> [(loss.system, loss.segment) for loss in result.losses]
[('b', 0)]
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.evaluation.config import EvaluationConfig
    from pipeline.evaluation.html_report import write_report
    from pipeline.evaluation.records import Evaluation, Score, SystemResult
    from pipeline.evaluation.scoring import evaluate

__all__ = ["Evaluation", "EvaluationConfig", "Score", "SystemResult", "evaluate", "write_report"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are used."""
    from importlib import import_module

    if name == "evaluate":
        module = import_module("pipeline.evaluation.scoring")
    elif name == "EvaluationConfig":
        module = import_module("pipeline.evaluation.config")
    elif name == "write_report":
        module = import_module("pipeline.evaluation.html_report")
    elif name in __all__:
        module = import_module("pipeline.evaluation.records")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(module, name)
