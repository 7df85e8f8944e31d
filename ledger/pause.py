"""A pause of the cyclic garbage collector while very many long-lived objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Keep the collector from walking the growing heap again and again: rows make no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep_aside() -> None:
    """Take all that was made so far out of the collector's walks: it lives to the end anyway."""
    gc.freeze()
