"""一评: what households and the organisation say of each cadre, and what the 办实事 came to."""

from __future__ import annotations

from collections import defaultdict

from lianhu.domain.evaluation import Standing, placed
from lianhu.domain.figures import Key, Rate, Table, Value
from lianhu.reports import indicators as i
from lianhu.reports.layout import Figures

UNPLACED = "样本不足，不排名"


def tables(figures: Figures) -> list[Table]:
    """One table: cadres with any of the three, by place, then those with too few answers by code."""
    answers, positive = figures.by(i.RATINGS, "cadre"), figures.by(i.RATINGS_SATISFIED, "cadre")
    deeds, solved = figures.by(i.DEEDS, "cadre"), figures.by(i.DEEDS_SOLVED, "cadre")
    grades = figures.terms("appraisal_grades")
    appraisals: dict[Key, list[int]] = defaultdict(list)
    told: dict[Key, str] = {}
    for (cadre, grade), count in figures.cross(i.APPRAISALS, "cadre", "outcome").items():
        if grade in grades:
            appraisals[cadre] += [grades.index(str(grade))] * count
    for cadre, indices in appraisals.items():
        told[cadre] = "、".join(grades[at] for at in sorted(indices))
    standings = {
        line.key: Standing(positive.get(line.key, 0), answers.get(line.key, 0), tuple(appraisals.get(line.key, ())),
                           solved.get(line.key, 0), deeds.get(line.key, 0))
        for line in figures.lines("cadre")
        if line.key in answers or line.key in appraisals or line.key in deeds}
    places = placed({key: standing for key, standing in standings.items() if isinstance(key, int)}, figures.least_answers)
    lines: list[tuple[tuple[int, int], list[Value]]] = []
    for at, line in enumerate(figures.lines("cadre")):
        standing = standings.get(line.key)
        if standing is None:
            continue
        place = places.get(line.key) if isinstance(line.key, int) else None
        rate = Rate(standing.positive, standing.answers, "份")
        effect = Rate(standing.solved, standing.deeds, "件")
        lines.append(((place or len(places) + 1, at), [
            place if place is not None else UNPLACED, *line.labels, standing.answers, rate, told.get(line.key, ""), effect]))
    rows = [row for _, row in sorted(lines, key=lambda line: line[0])]
    return [Table(
        "干部评价", ["名次", "嘎查村", "编号", "干部", "户评数", "户评满意率", "组织评定", "办实事办成率"], rows,
        note=f"先比户评满意率，再比组织评定，再比办实事办成率，相同的并列；户评不足 {figures.least_answers} 份的只列出，不排名；"
             "不看走访次数。")]
