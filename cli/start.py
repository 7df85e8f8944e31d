"""The entry point: Ctrl-C ends the program quietly from its first moment, imports included."""

import os

_INTERRUPTED = 130  # faults.INTERRUPTED, which may not be loaded yet


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    try:
        from cli.main import run as run_command  # noqa: PLC0415 - Ctrl-C may come meanwhile

        run_command()
    except KeyboardInterrupt:
        os._exit(_INTERRUPTED)  # half of the program is loaded: nothing else can be relied on


if __name__ == "__main__":
    run()
