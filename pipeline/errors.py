"""Errors of the pipeline package. Each message is one line: what is wrong, where, what to do.

PipelineError
├── UsageError      arguments that do not go together
├── InputError      a file or text that cannot be translated
├── OutputError     a result that cannot be written
├── ModelError      a checkpoint that is missing, incomplete or of another kind
├── ConfigError     a configuration with a wrong key or value
└── CorpusError     training data that cannot be used
"""


class PipelineError(Exception):
    """Something the user can mend; the message is one line."""


class UsageError(PipelineError):
    """What was asked for does not go together."""


class InputError(PipelineError):
    """A file or text cannot be translated."""


class OutputError(PipelineError):
    """A result cannot be written."""


class ModelError(PipelineError):
    """A model is missing, incomplete, or not a MarianMT checkpoint in safetensors."""


class ConfigError(PipelineError):
    """A configuration has an unknown key or a wrong value."""


class CorpusError(PipelineError):
    """Training data cannot be used."""
