"""``python -m lianhu``."""

from lianhu.cli.start import main

main()
