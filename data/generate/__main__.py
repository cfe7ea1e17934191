"""Writes the sample workbooks: ``python data/generate [DIR]`` (by default into data/).

The town and everybody in it are invented, from one seed: the same program gives the same files.
Who visited whom follows from the pairs that lianhu itself makes of the roster.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pairs import ROOT, make_pairs


def main(folder: Path) -> None:
    """Writes roster.xlsx and year.xlsx into the folder."""
    sys.path.insert(0, str(ROOT))  # the records need lianhu's working days
    from activities import make_activities
    from fund import make_fund
    from honours import make_honours
    from records import make_year
    from roster import write_roster
    from town import make_town
    from voices import make_voices
    from year import write_year

    folder.mkdir(parents=True, exist_ok=True)
    town = make_town()
    roster = folder / "roster.xlsx"
    write_roster(town).save(roster)
    pairs = make_pairs(town, roster)
    year = make_year(town, pairs)
    write_year(year, make_voices(town, pairs, year.tickets), make_activities(town),
               make_honours(town, make_fund(town))).save(folder / "year.xlsx")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data")
