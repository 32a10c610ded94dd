"""The test bed: what enforcement and naming do to articles with gold terms, and to real systems' output.

    python -m tests.bed.compare --half dev --worst 20
    python -m tests.bed.systems FOLDER --changes CHANGES.txt

No tests; `tests/test_bed.py` sees to it that the first one runs. What each figure means stands in `measure`.
`success_matches` is the verification of the code under test itself; the other shares go by the annotation.
"""
