"""Assembling, opening and retiring forms."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Max

from exams import itemtypes
from exams.actions import languages
from exams.models import Exam, Form, FormChange, FormItem, Item, ItemVersion
from exams.queries import bank
from exams.rules import assembly as rules
from exams.rules import runs, scoring
from exams.rules.blueprint import Plan, Worth, weight
from exams.states import FORM
from lms.audit import trail
from lms.db import clock
from lms.kit import digests


def assemble(*, exam_id: int, actor_id: int | None, seed: str = "") -> Form:
    """Assembles the next form of an exam by its blueprint from the live items of its pool, and freezes it:
    texts, keys, order, digest and proof. Nobody sits it before it is opened.

    Beside them it tries out as many pilots as the blueprint says, or as there are. With the same bank and the same seed
    the same form comes out. Raises CannotAssemble.
    """
    (form,) = assemble_parallel(exam_id=exam_id, actor_id=actor_id, forms=1, seed=seed)
    return form


def assemble_parallel(*, exam_id: int, actor_id: int | None, forms: int, seed: str = "") -> list[Form]:
    """Assembles the next `forms` forms of an exam at once, so that they share no item; see `assemble`."""
    with transaction.atomic():
        # No key of the row is touched: candidates may enter and start while the model is being solved.
        locked = Exam.objects.select_for_update(of=("self",), no_key=True)
        exam = locked.select_related("blueprint").get(pk=exam_id)
        at = clock.now()
        number = (Form.objects.filter(exam=exam).aggregate(top=Max("number"))["top"] or 0) + 1
        seed = seed or secrets.token_hex(8)
        stock = bank.stock(exam.blueprint)
        found = rules.assemble(stock.plan, stock.pieces, stock.sets, seed=seed, forms=forms)
        drafts = rules.try_out(
            found.drafts, stock.pilots, stock.pieces, stock.sets,
            seed=seed, most=exam.blueprint.pilots, exposure=stock.plan.exposure,
            pilot_sets=stock.pilot_sets,
        )  # fmt: skip
        made: list[Form] = []
        for draft in drafts:
            form = _freeze(exam, number + len(made), stock, draft, found.proof, at, actor_id)
            facts = {"digest": form.digest, "seed": seed, "model": found.proof.model_digest}
            _note(form, "assemble", "", at, actor_id, facts=facts)
            made.append(form)
    return made


def open_form(*, form_id: int, actor_id: int | None) -> Form:
    """Opens a form: sittings that start from now on may get it. Where its exam is offered in other languages too, it is
    frozen in each of them. Raises IllegalMove; and Untranslated where an item or scenario has no approved variant."""
    return _move(form_id, "open", actor_id)


def retire_form(*, form_id: int, actor_id: int | None) -> Form:
    """Retires a form: no sitting gets it any more; sittings that have it go on. Raises IllegalMove."""
    return _move(form_id, "retire", actor_id)


def _move(form_id: int, event: str, actor_id: int | None) -> Form:
    with transaction.atomic():
        form = Form.objects.select_for_update(of=("self",)).select_related("exam").get(pk=form_id)
        before, form.state = form.state, FORM.after(form.state, event)
        form.save(update_fields=["state"])
        at = clock.now()
        if event == "open":
            languages.pin(form=form, actor_id=actor_id, at=at)
        _note(form, event, before, at, actor_id)
    return form


def _freeze(
    exam: Exam,
    number: int,
    stock: bank.Stock,
    draft: rules.Draft,
    proof: rules.Proof,
    at: datetime,
    actor_id: int | None,
) -> Form:
    parts = [[stock.items[code]] for code in draft.items]
    sets = {found.code: found for found in (*stock.sets, *stock.pilot_sets)}
    parts += [[stock.items[piece.code] for piece in sets[code].pieces] for code in draft.sets]
    placed = [item for part in parts for item in part]
    package = _package(exam, number, parts, draft.pilots)
    keys = {str(position): stock.keys[_version(item).pk].key for position, item in enumerate(placed, 1)}
    paper = runs.paper("", package)
    points = sum((scoring.most(one, keys[str(one.position)]) for one in paper.placed), Fraction(0))
    form = Form.objects.create(
        exam=exam,
        number=number,
        package=package,
        shapes={
            str(i["position"]): [i["kind"], itemtypes.of(i["kind"]).shape(i["content"])]
            for i in package["items"]
        },
        keys=keys,
        length=len(placed),
        pilots=[one["position"] for one in package["items"] if one.get("pilot")],
        # The keys are bound in too: a form whose key was changed is no longer this form.
        points_numerator=points.numerator,
        points_denominator=points.denominator,
        digest=digests.digest({"package": package, "keys": keys}),
        seed=proof.seed,
        proof=_proof(stock.plan, proof, draft),
        assembled_at=at,
        assembled_by_id=actor_id,
    )
    FormItem.objects.bulk_create(
        FormItem(form=form, position=position, version=_version(item), key=stock.keys[_version(item).pk])
        for position, item in enumerate(placed, 1)
    )
    return form


def _proof(plan: Plan, proof: rules.Proof, draft: rules.Draft) -> dict[str, Any]:
    """What stands with a form of how it was found; which of the forms of its model it is included."""
    cells = [
        {"domain": c.domain, "level": c.level, "least": c.least, "most": c.most, "found": found}
        for c, found in draft.cells
    ]
    told = [
        {"at": float(t.at), "least": float(t.least), "most": float(t.most), "found": float(found)}
        for t, found in draft.information
    ]
    asked = {"length": plan.length, "sets": plan.sets, "exposure": plan.exposure}
    return {
        "format": 1,
        **asdict(proof),
        "form": draft.number,
        "plan": asked,
        "pilots": len(draft.pilots),
        "sets": len(draft.sets),
        "cells": cells,
        "information": told,
    }


def _package(exam: Exam, number: int, parts: list[list[Item]], pilots: Collection[str]) -> dict[str, Any]:
    """What a candidate may see, and what marking must know of each place; never a key. That a place does not count is
    never shown to a candidate, and is said only where it does not; how many times it counts only where not once."""
    worth = bank.worth(exam.blueprint)
    items: list[dict[str, Any]] = []
    said = []
    for part in parts:
        first = len(items) + 1
        scenario = part[0].scenario.current if part[0].scenario else None
        for position, item in enumerate(part, first):
            items.append(
                {
                    "position": position,
                    "kind": item.kind,
                    "domain": item.domain,
                    "level": item.level,
                    "item": item.code,
                    "version": _version(item).number,
                    "content": _version(item).content,
                }
                | ({"pilot": True} if item.code in pilots else _weighted(worth, item))
            )
        said.append(
            {
                "title": scenario.title if scenario else "",
                "text": scenario.text if scenario else "",
                "positions": list(range(first, len(items) + 1)),
            }
        )
    return {"format": 1, "exam": exam.key, "form": number, "parts": said, "items": items}


def _weighted(worth: Sequence[Worth], item: Item) -> dict[str, str]:
    times = weight(worth, kind=item.kind, level=item.level, domain=item.domain)
    return {} if times == 1 else {"weight": str(times)}


def _version(item: Item) -> ItemVersion:
    assert item.current is not None, "every item has a version from its first moment"
    return item.current


def _note(
    form: Form, event: str, before: str, at: datetime, by_id: int | None, facts: dict[str, Any] | None = None
) -> None:
    FormChange.objects.create(
        form=form, event=event, from_state=before, to_state=form.state, by_id=by_id, at=at
    )
    verb = {"assemble": "assembled", "open": "opened", "retire": "retired"}[event]
    trail.record(
        f"exams.form.{verb}",
        subject=f"exams.form:{form.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=form.exam.organisation_id,
    )
