"""Assembling forms by a mixed-integer model. Explained with worked numbers in docs/algorithms/blueprint.md."""

from exams.rules.assembly.assembling import Assembled, CannotAssemble, Draft, Proof, assemble
from exams.rules.assembly.constraints import Constraint, Kind
from exams.rules.assembly.piloting import try_out
from exams.rules.assembly.solving import Status

__all__ = [
    "Assembled",
    "CannotAssemble",
    "Constraint",
    "Draft",
    "Kind",
    "Proof",
    "Status",
    "assemble",
    "try_out",
]
