"""The kinds of sheet that lianhu knows, in the order in which they are taken in.

A later kind may refer to records of an earlier one in the same import, whatever the order of
sheets and files: units before households, households and cadres before what happens between them.
"""

from lianhu.domain.forms import (
    activity,
    appraisal,
    award,
    award_objection,
    cadre,
    card,
    cluster,
    cluster_head,
    credit,
    deed,
    event,
    fund,
    household,
    member,
    nomination,
    opinion,
    pairing,
    rating,
    task,
    ticket,
    visit,
)
from lianhu.domain.forms.base import Column, Form

FORMS: dict[str, Form] = {
    module.FORM.kind: module.FORM
    for module in (
        cluster, household, member, cadre, pairing, cluster_head, nomination, event, visit, deed, card, ticket,
        task, rating, appraisal, opinion, activity, award, award_objection, fund, credit,
    )
}

__all__ = ["FORMS", "Column", "Form"]
