"""``python -m lianhu``."""

from lianhu.cli.app import main

main()
