"""Where the ``lianhu`` command begins."""

import gc


def main() -> None:
    """Runs one command and ends the process with its exit code."""
    # Start-up makes a hundred thousand small objects that stay, and the collector would go through them
    # again and again: a fifteenth of the time of a prompt. Whatever is no cycle is freed without it, and
    # the process ends with its command.
    gc.disable()
    from lianhu.cli.app import main as run

    run()
