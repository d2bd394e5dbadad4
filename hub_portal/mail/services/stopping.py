"""Stopping in good order: a worker that is told to end sends no further mail.

The worker's parent hears the signal and its children send the mail, so the word is passed
through one byte of memory that they share; a child looks at it before each mail.
"""

import mmap

_WORD = mmap.mmap(-1, 1)  # anonymous and shared: made before the children are forked


def ask_to_stop(**_: object) -> None:
    """Let every sender of this worker end after the mail it is sending."""
    _WORD[0] = 1


def may_go_on(**_: object) -> None:
    """Take the word back: a worker that starts has not been told to stop."""
    _WORD[0] = 0


def must_stop() -> bool:
    """Whether this worker was told to end."""
    return _WORD[0] == 1
