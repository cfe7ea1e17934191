"""一评: what households say of their cadres, and what the organisation says.

Evaluation puts the households' satisfaction first, then the appraisal, then the effect of 办实事; it is
shown with the number of answers, and nobody is placed by the number of visits.
"""

from __future__ import annotations

from datetime import date, datetime

from lianhu.domain.evaluation import period_name
from lianhu.domain.terms import POSITIVE_GRADES
from lianhu.errors import ConflictError, UsageError
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_cadre, get_standing_household
from lianhu.services.settings import get_term, load_settings
from lianhu.services.visits import holder_on
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

_RATINGS = """
SELECT rating.*, household.code AS household, household.head_name, village.name AS village, cadre.code AS cadre,
       cadre.name AS cadre_name
FROM rating JOIN household ON household.id = rating.household_id JOIN village ON village.id = household.village_id
LEFT JOIN cadre ON cadre.id = rating.cadre_id
WHERE {} ORDER BY rating.rated_on DESC, rating.id DESC
"""
_APPRAISALS = """
SELECT appraisal.*, cadre.code AS cadre, cadre.name AS cadre_name, village.name AS village
FROM appraisal JOIN cadre ON cadre.id = appraisal.cadre_id LEFT JOIN village ON village.id = cadre.village_id
WHERE {} ORDER BY appraisal.appraised_on DESC, appraisal.id DESC
"""


def add_rating(
    database: Database, household_word: str, grade: str, *, words: str | None = None, on: date, today: date,
    now: datetime, by: str | None = None,
) -> tuple[Record, Record, Record | None]:
    """Records a household's grade for whoever held it that day; gives it, the household and the cadre.

    Raises UsageError for a day in the future or an unknown grade, ConflictError for a second grade of
    the same day.
    """
    if on > today:
        raise UsageError(f"评价日期 {on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    refuse_forbidden(words)
    name = get_term(load_settings(database), "grades", grade)
    day = on.isoformat()
    with batch(database, "rating add", now=now) as journal:
        household = get_standing_household(database, household_word)
        twins = database.execute("SELECT code, grade FROM rating WHERE household_id = ? AND rated_on = ?", [household["id"], day])
        if twins:
            raise ConflictError(f"{household['code']} {household['head_name']} {day} 已评过“{twins[0][1]}”"
                                f"（{twins[0][0]}），没有再登记。", "评错了：先 lianhu undo，再重新登记")
        cadre_id = get_cadre(database, by)["id"] if by else holder_on(database, household["id"], day)
        rating = {"id": journal.next_id("rating"), "code": next_code(database, "rating", "R"), "household_id": household["id"],
                  "cadre_id": cadre_id, "grade": name, "words": words, "rated_on": day}
        journal.insert("rating", rating)
        journal.summarise(f"户评 {rating['code']} {household['code']} {household['head_name']}：{name}")
    cadres = database.records("SELECT * FROM cadre WHERE id = ?", [cadre_id])
    return rating, household, cadres[0] if cadres else None


def list_ratings(
    database: Database, *, household: str | None = None, village: str | None = None, by: str | None = None,
    bad: bool = False,
) -> list[Record]:
    """Ratings with household and cadre, the latest first; ``bad`` keeps those that are not positive."""
    condition, parameters = narrowed(database, household=household, village=village, by=by)
    if bad:
        condition += f" AND rating.grade NOT IN {POSITIVE_GRADES}"
    return database.records(_RATINGS.format(condition), parameters)


def add_appraisal(
    database: Database, cadre_word: str, grade: str, *, period: str, organisation: str | None, on: date, today: date,
    now: datetime, note: str | None = None,
) -> tuple[Record, Record]:
    """Records an organisation's grade for a cadre's period; gives it and the cadre.

    Raises UsageError for an unknown grade or an empty period, ConflictError when that organisation has
    graded that period already.
    """
    if on > today:
        raise UsageError(f"评定日期 {on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    period = period_name(period)
    if not period:
        raise UsageError("要写明评定哪一段，如 --period 2026年上半年。")
    refuse_forbidden(note)
    settings = load_settings(database)
    name = get_term(settings, "appraisal_grades", grade)
    body = organisation or f"{settings.town or '镇'}党委"
    with batch(database, "appraisal add", now=now) as journal:
        cadre = get_cadre(database, cadre_word)
        twins = database.execute("SELECT code, grade FROM appraisal WHERE cadre_id = ? AND organisation = ? AND period = ?",
                                 [cadre["id"], body, period])
        if twins:
            raise ConflictError(f"{body}已评定过 {cadre['name']}（{cadre['code']}）{period}：{twins[0][1]}"
                                f"（{twins[0][0]}），没有再登记。", "评错了：先 lianhu undo，再重新登记")
        appraisal = {"id": journal.next_id("appraisal"), "code": next_code(database, "appraisal", "A"), "cadre_id": cadre["id"],
                     "grade": name, "organisation": body, "period": period, "appraised_on": on.isoformat(), "note": note}
        journal.insert("appraisal", appraisal)
        journal.summarise(f"组织评定 {appraisal['code']} {cadre['code']} {cadre['name']} {period}：{name}")
    return appraisal, cadre


def list_appraisals(database: Database, *, by: str | None = None, village: str | None = None) -> list[Record]:
    """Appraisals with their cadre, the latest first."""
    condition, parameters = narrowed(database, village=village, by=by)
    return database.records(_APPRAISALS.format(condition), parameters)
