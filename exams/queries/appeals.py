"""Reads about appeals: a candidate's own, those that a panel hears, and who may not be of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from exams.models import (
    AnswerFile,
    Appeal,
    AppealVote,
    Batch,
    Credit,
    FormCut,
    KeyValidation,
    LostPass,
    Result,
    ResultChange,
    ScoreRun,
    ScriptMark,
    SittingChange,
)
from exams.models.appeals import OPEN
from exams.queries import sittings
from exams.rules import appeals as rules
from exams.rules import responses
from exams.rules.acceptance import Event
from exams.rules.appeals import Finding, Hindrance
from exams.states import AppealState, CutState, KeyValidationState, ResultState


class UnknownAppeal(LookupError):
    """There is no such appeal."""


@dataclass(frozen=True)
class Way:
    """Whether a candidate may appeal now: what keeps them from it, and until when they may or might have."""

    hindrance: Hindrance | None
    until: datetime


@dataclass(frozen=True)
class Answer:
    """An item of the paper as the panel sees it: what it says, its key, what was answered, what it gave."""

    position: int
    content: dict[str, Any]
    key: dict[str, Any]
    value: Any
    points: str


def way(result: Result, *, at: datetime) -> Way:
    """Of a released or annulled result, for its candidate. Two statements."""
    assert result.released_at is not None, "only what is released is appealed against"
    # An annulled result was last told as it stands when it was annulled.
    told = ["annul"] if result.state == ResultState.ANNULLED else ["revise", "restore"]
    changes = ResultChange.objects.filter(result=result, event__in=told, at__gte=result.released_at)
    told_at = changes.order_by("-at").values_list("at", flat=True).first() or result.released_at
    days = result.sitting.exam.appeal_days
    mine = list(Appeal.objects.filter(result=result).exclude(state=AppealState.WITHDRAWN))
    found = rules.hindrance(
        at=at,
        told_at=told_at,
        days=days,
        heard_at=[one.lodged_at for one in mine if one.state not in OPEN],
        is_open=any(one.state in OPEN for one in mine),
    )
    return Way(found, rules.until(told_at=told_at, days=days))


def of_result(result: Result) -> list[Appeal]:
    """Every appeal against a result, the latest first, with the votes on it."""
    return list(Appeal.objects.filter(result=result).prefetch_related("votes").order_by("-lodged_at", "-pk"))


def of_organisations(organisation_ids: Collection[UUID]) -> QuerySet[Appeal]:
    """The appeals against results of these organisations' exams, those that are open first."""
    rows = _light(_of(organisation_ids)).annotate(
        is_open=Exists(Appeal.objects.filter(pk=OuterRef("pk"), state__in=OPEN))
    )
    return rows.order_by("-is_open", "lodged_at", "pk")


def appeal(uuid: UUID, *, organisation_ids: Collection[UUID]) -> Appeal:
    """One of them with its votes; raises UnknownAppeal."""
    found = _of(organisation_ids).prefetch_related("votes__by").filter(uuid=uuid).first()
    if found is None:
        raise UnknownAppeal(uuid)
    return found


def owed(organisation_ids: Collection[UUID]) -> Sequence[Appeal]:
    """Upheld appeals after which nobody has approved a look at the key of the form yet."""
    looked = KeyValidation.objects.filter(
        form=OuterRef("result__sitting__form"),
        state=KeyValidationState.APPROVED,
        proposed_at__gte=OuterRef("decided_at"),
    )
    rows = _light(_of(organisation_ids)).filter(state=AppealState.UPHELD, finding=Finding.REKEY)
    return list(rows.exclude(Exists(looked)).order_by("decided_at"))


def deciders(result: Result, *, hearing: Appeal | None = None) -> frozenset[int]:
    """Who had a part in what an appeal against this result is against: those who agreed with an appeal before `hearing`
    made the result what it is. One statement."""
    sitting = result.sitting
    assert sitting.form_id is not None, "what has a result was sat"
    keys = KeyValidation.objects.filter(form_id=sitting.form_id)
    earlier = Q(appeal__result=result, appeal__state=AppealState.UPHELD, finding=F("appeal__finding"))
    if hearing is not None:
        earlier &= Q(appeal__lodged_at__lt=hearing.lodged_at)
    cuts = Q(form_id=sitting.form_id, state=CutState.APPROVED)
    rows = [
        _by(ResultChange, Q(result=result), "by"),
        _by(ScoreRun, Q(sitting=sitting), "by"),
        _by(SittingChange, Q(sitting=sitting), "by"),
        _by(ScriptMark, Q(script__sitting=sitting), "marker"),
        *(_by(LostPass, Q(result=result), who) for who in ("proposed_by", "decided_by")),
        *(_by(Batch, Q(results=result), who) for who in ("proposed_by", "decided_by")),
        *(_by(KeyValidation, Q(pk__in=keys), who) for who in ("proposed_by", "decided_by")),
        *(_by(AnswerFile, Q(sitting=sitting), who) for who in ("proposed_by", "decided_by")),
        *(_by(Credit, Q(sitting=sitting), who) for who in ("by", "decided_by")),
        _by(AppealVote, earlier, "by"),
        *(_by(FormCut, cuts, who) for who in ("proposed_by", "decided_by")),
    ]
    found = rows[0].union(*rows[1:])
    return frozenset(who for (who,) in found if who is not None and who != sitting.candidate_id)


def paper(appeal: Appeal) -> list[Answer]:
    """The paper with the answers of the run that the result stands on. Two statements."""
    run, sitting = appeal.result.run, appeal.result.sitting
    assert sitting.form is not None, "what is marked was sat"
    keys = run.key.keys if run.key else sitting.form.keys
    admitted = [Event(*row) for row in run.detail.get("admitted", ())]
    values = responses.current([*sittings.recorded([sitting.pk])[sitting.pk].events, *admitted])
    points = {mark[0]: f"{_share(mark[2:4])} of {_share(mark[4:6])}" for mark in run.detail["marks"]}
    return [
        Answer(
            item["position"],
            item["content"],
            keys[str(item["position"])],
            values.get(item["position"]),
            points.get(item["position"], "none, for it was tried out and does not count"),
        )
        for item in sitting.form.package["items"]
    ]


def _share(pair: Sequence[int]) -> str:
    return str(pair[0]) if pair[1] == 1 else f"{pair[0]}/{pair[1]}"


def _by(model: type[Model], which: Q, who: str) -> QuerySet[Any, Any]:
    return model._default_manager.filter(which).order_by().values_list(f"{who}_id")


def _of(organisation_ids: Collection[UUID]) -> QuerySet[Appeal]:
    rows = Appeal.objects.filter(result__sitting__exam__organisation_id__in=organisation_ids)
    return rows.select_related(
        "result__run__key", "result__sitting__exam__blueprint", "result__sitting__form"
    )


def _light(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """For a list, which shows no paper."""
    form = "result__sitting__form"
    return rows.defer(f"{form}__package", f"{form}__keys", f"{form}__shapes", "result__run__detail")
