"""Scores translations against references, tells whether a difference is real, and shows where it lies."""
