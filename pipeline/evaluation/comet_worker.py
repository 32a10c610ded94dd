"""Runs COMET: a program of its own, given to `python -c` with CHECKPOINT DATA.json SCORES.json.

It is run by a Python that has unbabel-comet but not Dragoman, so it imports nothing of ours.
"""

import json
import sys
from pathlib import Path
from typing import Any


def main(checkpoint: str, data: str, scores: str) -> None:
    """Score a list of {"src", "mt", "ref"} and write a list of numbers."""
    import torch
    from comet import load_from_checkpoint

    model: Any = load_from_checkpoint(checkpoint)
    samples = json.loads(Path(data).read_text(encoding="utf-8"))
    found = model.predict(samples, batch_size=16, gpus=int(torch.cuda.is_available()), progress_bar=False)
    Path(scores).write_text(json.dumps([float(score) for score in found.scores]), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
