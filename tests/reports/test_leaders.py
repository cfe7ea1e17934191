"""Who is a leader, for the report as for the run: by the rules in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town


@pytest.mark.parametrize(("roles", "led"), [('["村医"]', 1), ('["支部书记", "村医"]', 2), ("[]", 0), (None, 1)])
def test_the_report_and_the_run_count_the_same_hard_households(path: Path, tmp_path: Path, lianhu, roles: str | None, led: int):
    with a_town(path) as town:
        for role in ("支部书记", "村医", "网格员"):
            town.pair(town.household(is_hard=1), town.cadre(roles=role))
    if roles is not None:
        rules = tmp_path / "规则.toml"
        rules.write_text(
            f'[priority]\nroles = {roles}\n[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老"]\nscore = 1\n',
            encoding="utf-8")
        assert lianhu("rules", "import", rules).code == 0
    assert len(lianhu("report", "--rows", "hard_with_leader", "--json").json["tables"][0]["rows"]) == led
    assert len(lianhu("report", "--rows", "hard_without_leader", "--json").json["tables"][0]["rows"]) == 3 - led
    assert lianhu("assign", "--json").json["hard_with_leader"] == led
