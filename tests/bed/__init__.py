"""The test bed: what enforcement and naming do to articles with gold terms, and to real systems' output.

    python -m tests.bed.compare --half dev
    python -m tests.bed.systems FOLDER

No tests; `tests/test_bed.py` sees to it that it runs.
"""
