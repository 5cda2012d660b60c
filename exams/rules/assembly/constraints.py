"""A blueprint and a bank as a mixed-integer model: named constraints, each a few rows of whole numbers.

A variable says whether a unit, a stand-alone item or a whole scenario set, is in a form. That a set comes whole is
thus no constraint at all, but how the model is built.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from exams.rules import blueprint
from exams.rules.blueprint import Piece, Plan, ScenarioSet, Target
from lms.kit import digests

LOTS = 1_000_000  # one form more outweighs the lot of any single item
FINE = 10_000  # information is counted in ten-thousandths, so that the model holds whole numbers only


class Kind(StrEnum):
    CELL = "cell"
    SETS = "sets"
    LENGTH = "length"
    DISJOINT = "disjoint"
    EXPOSURE = "exposure"
    TARGET = "target"
    ENEMIES = "enemies"


@dataclass(frozen=True)
class Constraint:
    """One demand of a blueprint, as its author would name it. `there` is what the bank has to meet it with."""

    kind: Kind
    domain: int = 0
    level: str = ""
    least: int = 0
    most: int = 0
    there: int = 0
    target: Target | None = None
    pair: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Row:
    """least ≤ Σ coefficient × variable ≤ most; None for no bound."""

    terms: tuple[tuple[int, int], ...]
    least: int | None
    most: int | None

    def holds(self, chosen: frozenset[int]) -> bool:
        total = sum(coefficient for variable, coefficient in self.terms if variable in chosen)
        return (self.least is None or total >= self.least) and (self.most is None or total <= self.most)


@dataclass(frozen=True)
class Named:
    constraint: Constraint
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Unit:
    """What is taken or left as one."""

    code: str
    pieces: tuple[Piece, ...]
    is_set: bool

    @property
    def uses(self) -> int:
        return max((piece.uses for piece in self.pieces), default=0)


@dataclass(frozen=True)
class Model:
    """Variable `form × number of units + unit`; `costs` are to be least in sum. `digest` names all of it."""

    units: tuple[Unit, ...]
    forms: int
    named: tuple[Named, ...]
    costs: tuple[int, ...]
    digest: str


def lot(seed: str, code: str) -> str:
    """The lottery number of a code: SHA-256, so that any program in any language draws the same."""
    return hashlib.sha256(f"{seed}|{code}".encode()).hexdigest()


def model(
    plan: Plan, pieces: Sequence[Piece], sets: Sequence[ScenarioSet], *, forms: int, seed: str
) -> Model:
    """The model of `forms` disjoint forms; the same one in whichever order pieces and sets are given."""
    alone = [Unit(piece.code, (piece,), False) for piece in pieces]
    hanging = [Unit(one.code, one.pieces, True) for one in sets]
    units = tuple(sorted([*alone, *hanging], key=lambda unit: (unit.is_set, unit.code)))
    named = tuple(_named(plan, units, forms))
    return Model(units, forms, named, _costs(units, forms, seed), _digest(plan, units, forms, seed))


def information(piece: Piece, target: Target) -> int:
    """What an item tells of an ability, slope² · P · (1 − P), in ten-thousandths (Birnbaum 1968)."""
    if piece.slope is None or piece.easiness is None:
        return 0
    # tanh keeps the sum from overflowing where the item is far too easy or too hard.
    right = (1 + math.tanh((piece.slope * float(target.at) + piece.easiness) / 2)) / 2
    return round(piece.slope**2 * right * (1 - right) * FINE)


def _named(plan: Plan, units: Sequence[Unit], forms: int) -> Iterator[Named]:
    """All demands, those that explain a failure best last: a conflict is sought by dropping from the front."""
    for pair, rows in sorted(_enemies(units, forms).items()):
        yield Named(Constraint(Kind.ENEMIES, pair=pair), rows)
    for target in plan.targets:
        told = [sum(information(piece, target) for piece in unit.pieces) for unit in units]
        least, most = (math.ceil(target.least * FINE), math.floor(target.most * FINE))
        yield Named(Constraint(Kind.TARGET, target=target), _in_each(told, least, most, forms))
    if plan.exposure is not None:
        yield Named(Constraint(Kind.EXPOSURE, most=plan.exposure), _exposure(plan.exposure, units, forms))
    if forms > 1:
        once = tuple(Row(_over_forms(unit, len(units), forms), None, 1) for unit in range(len(units)))
        yield Named(Constraint(Kind.DISJOINT, most=forms), once)
    sizes = [len(unit.pieces) for unit in units]
    yield _counted(Constraint(Kind.LENGTH, least=plan.length, most=plan.length), sizes, forms)
    whole = [int(unit.is_set) for unit in units]
    yield _counted(Constraint(Kind.SETS, least=plan.sets, most=plan.sets), whole, forms)
    for cell in sorted(blueprint.cells(plan), key=lambda cell: (not cell.level, cell.domain)):
        counts = [sum(blueprint.is_in(piece, cell) for piece in unit.pieces) for unit in units]
        yield _counted(Constraint(Kind.CELL, cell.domain, cell.level, cell.least, cell.most), counts, forms)


def _counted(constraint: Constraint, counts: Sequence[int], forms: int) -> Named:
    said = Constraint(
        constraint.kind,
        constraint.domain,
        constraint.level,
        constraint.least,
        constraint.most,
        there=sum(counts),
    )
    return Named(said, _in_each(counts, said.least, said.most, forms))


def _in_each(counts: Sequence[int], least: int, most: int, forms: int) -> tuple[Row, ...]:
    size = len(counts)
    return tuple(
        Row(tuple((form * size + unit, count) for unit, count in enumerate(counts) if count), least, most)
        for form in range(forms)
    )


def _over_forms(unit: int, size: int, forms: int) -> tuple[tuple[int, int], ...]:
    return tuple((form * size + unit, 1) for form in range(forms))


def _exposure(limit: int, units: Sequence[Unit], forms: int) -> tuple[Row, ...]:
    return tuple(
        Row(_over_forms(number, len(units), forms), None, max(limit - unit.uses, 0))
        for number, unit in enumerate(units)
        if limit - unit.uses < forms
    )


def _enemies(units: Sequence[Unit], forms: int) -> dict[tuple[str, str], tuple[Row, ...]]:
    """Two enemies never stand in one form; two within one scenario set keep the set out of every form."""
    at = {piece.code: number for number, unit in enumerate(units) for piece in unit.pieces}
    return {
        (one, other): tuple(
            Row(_apart(form * len(units) + at[one], form * len(units) + at[other]), None, 1)
            for form in range(forms)
        )
        for one, other in _pairs(units)
    }


def _pairs(units: Sequence[Unit]) -> set[tuple[str, str]]:
    """Enemies that are both there, whichever of them names the other."""
    pieces = {piece.code: piece for unit in units for piece in unit.pieces}
    return {
        (min(piece.code, enemy), max(piece.code, enemy))
        for piece in pieces.values()
        for enemy in piece.enemies
        if enemy in pieces and enemy != piece.code
    }


def _apart(one: int, other: int) -> tuple[tuple[int, int], ...]:
    return ((one, 2),) if one == other else ((one, 1), (other, 1))


def _costs(units: Sequence[Unit], forms: int, seed: str) -> tuple[int, ...]:
    """For each form and unit: (rank of its uses × LOTS + its lot) × its items.

    The rank among the uses that occur stands for the number itself, so that a bank that is old keeps small costs.
    """
    rank = {uses: place for place, uses in enumerate(sorted({unit.uses for unit in units}))}
    return tuple(
        len(unit.pieces) * (rank[unit.uses] * LOTS + int(lot(f"{seed}|{form}", unit.code), 16) % LOTS)
        for form in range(1, forms + 1)
        for unit in units
    )


def _digest(plan: Plan, units: Sequence[Unit], forms: int, seed: str) -> str:
    return digests.digest(
        {
            "format": 1,
            "seed": seed,
            "forms": forms,
            "length": plan.length,
            "sets": plan.sets,
            "cells": [[cell.domain, cell.level, cell.least, cell.most] for cell in blueprint.cells(plan)],
            "exposure": plan.exposure,
            "targets": [[str(t.at), str(t.least), str(t.most)] for t in plan.targets],
            "enemies": sorted(_pairs(units)),
            "units": [
                [unit.is_set, unit.code, [_said(piece, plan) for piece in unit.pieces]] for unit in units
            ],
        }
    )


def _said(piece: Piece, plan: Plan) -> list[object]:
    told = [information(piece, target) for target in plan.targets]
    return [piece.code, piece.domain, piece.level, piece.uses, told]
