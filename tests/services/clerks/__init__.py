"""Forty messy folders as clerks of a township make them, each with what must come of it."""

from tests.services.clerks import doings, people, rosters
from tests.services.clerks.case import Case

FORTY: list[Case] = [*rosters.CASES, *people.CASES, *doings.CASES]
