"""Steps from one version of the tables to the next: append only, never edited.

A fresh file is made from ``store.schema`` as version ``VERSION``. ``MIGRATIONS[k]`` are the SQL
statements that take a file from version ``k + 1`` to ``k + 2``; they run in one transaction after
a backup.
"""

MIGRATIONS: tuple[tuple[str, ...], ...] = ()

VERSION = len(MIGRATIONS) + 1
