"""HiGHS, through `scipy.optimize.milp`. The only place that knows a solver.

Nothing here depends on time: the search is bounded in nodes, never in seconds, and HiGHS searches in one thread with
a fixed seed of its own. Its tolerances are much smaller than the whole numbers that the model is made of, and what it
finds is counted again in whole numbers before it is believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from exams.rules.assembly.constraints import Model, Named

NODES = 20_000


class Status(StrEnum):
    OPTIMAL = "optimal"  # no form that follows the blueprint costs less
    FEASIBLE = "feasible"  # the form follows the blueprint; that none costs less was not proved within NODES
    INFEASIBLE = "infeasible"  # no form can follow the blueprint
    UNDECIDED = "undecided"  # neither a form nor a proof that there is none was found within NODES


@dataclass(frozen=True)
class Solution:
    """The variables that are 1, and how far the search went."""

    status: Status
    chosen: frozenset[int]
    nodes: int


def solver() -> str:
    """Name and version of what solves."""
    import scipy

    return f"HiGHS in scipy {scipy.__version__}"


def solve(
    model: Model, *, demands: Sequence[Named] | None = None, costly: bool = True, nodes: int = NODES
) -> Solution:
    """The form or forms of least cost that meet `demands` (all of the model's, unless said otherwise); any form
    that meets them where `costly` is False. The search ends after so many `nodes`. Raises ValueError should the solver's answer not count up."""
    import numpy as np
    from scipy.optimize import Bounds, milp

    demands = model.named if demands is None else demands
    size = len(model.costs)
    if not size:
        met = all(row.holds(frozenset()) for one in demands for row in one.rows)
        return Solution(Status.OPTIMAL if met else Status.INFEASIBLE, frozenset(), 0)
    found = milp(
        np.array(model.costs, float) if costly else np.zeros(size),
        integrality=np.ones(size),
        bounds=Bounds(0, 1),
        constraints=_matrix(demands, size),
        options={"mip_rel_gap": 0, "node_limit": nodes, "presolve": True},
    )
    searched = int(found.mip_node_count or 0)
    if found.status == 2:
        return Solution(Status.INFEASIBLE, frozenset(), searched)
    if found.x is None:
        return Solution(Status.UNDECIDED, frozenset(), searched)
    chosen = frozenset(int(variable) for variable in np.flatnonzero(found.x > 0.5))
    if not all(row.holds(chosen) for one in demands for row in one.rows):
        raise ValueError("the solver's form does not count up")
    return Solution(Status.OPTIMAL if found.status == 0 else Status.FEASIBLE, chosen, searched)


def _matrix(demands: Sequence[Named], size: int) -> object:
    import numpy as np
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array

    rows = [row for one in demands for row in one.rows]
    if not rows:
        return ()
    terms = [(number, *term) for number, row in enumerate(rows) for term in row.terms]
    down, across, counts = (np.array([term[part] for term in terms]) for part in range(3))
    return LinearConstraint(
        csr_array((counts.astype(float), (down, across)), shape=(len(rows), size)),
        [-np.inf if row.least is None else row.least for row in rows],
        [np.inf if row.most is None else row.most for row in rows],
    )
