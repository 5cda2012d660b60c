"""Our statistics against R's psych and eRm, where R is at hand: it is no part of the product, and nobody needs it to run it."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from exams.rules.statistics import ability, agreement, classical, rasch, reading, twopl
from exams.rules.statistics.reading import Responses
from tests.exams.rules.statistics import lsat6
from tests.exams.rules.statistics.test_models import simulated

SCRIPT = Path(__file__).with_name("statistics.R")


def r_is_there() -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = [
        "Rscript",
        "-e",
        "quit(status = !all(sapply(c('psych', 'eRm'), requireNamespace, quietly = TRUE)))",
    ]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(
    not r_is_there(),
    reason="R with psych and eRm is missing: apt-get install r-base-core r-cran-psych r-cran-erm",
)


@pytest.fixture(scope="module", params=["lsat6", "simulated"])
def both(request, tmp_path_factory) -> tuple[Responses, dict[str, list[float]]]:
    """The responses of a file as we read it, and what R says of the same file."""
    cells = lsat6.matrix()
    if request.param == "simulated":
        cells = simulated(800, np.linspace(0.7, 1.5, 9), np.linspace(-1.5, 1.5, 9), seed=3)
    file = tmp_path_factory.mktemp("r") / "responses.csv"
    file.write_bytes(lsat6.csv_of(cells))
    ran = subprocess.run(["Rscript", str(SCRIPT), str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = [line.split() for line in ran.stdout.splitlines()]
    return reading.read(file.read_bytes()), {name: [float(one) for one in said] for name, *said in lines}


def near(values, within: float = 1e-4):
    return pytest.approx(list(values), abs=within)


def told(estimates) -> list[float]:
    return [one.value for one in estimates]


def test_classical_statistics(both) -> None:
    responses, r = both
    found = classical.analyse(responses)
    assert told(one.p for one in found.items) == near(r["p"])
    assert told(one.r for one in found.items) == near(r["r"])
    assert told(one.r_corrected for one in found.items) == near(r["r_corrected_plain"])
    assert told(one.alpha_if_dropped for one in found.items) == near(r["alpha_if_dropped"])
    assert [found.alpha.value] == near(r["alpha"])


def test_rasch_by_conditional_likelihood(both) -> None:
    responses, r = both
    found = rasch.conditional(responses.right)
    assert told(found.easiness) == near(r["easiness"])
    assert [(one.high - one.low) / (2 * 1.959964) for one in found.easiness] == near(r["errors"])
    assert [found.log_likelihood] == near(r["log_likelihood"], 1e-3)


def test_the_most_likely_ability_at_each_score(both) -> None:
    responses, r = both
    easiness = np.array(told(rasch.conditional(responses.right).easiness))
    scores = np.arange(1.0, responses.k)
    theta, _ = ability.likeliest(scores, np.ones(responses.k), easiness)
    # Where nobody has a score R tells nothing of it.
    said = [r[f"ability_{int(score)}"][0] for score in scores]
    assert [ours for ours, theirs in zip(theta, said, strict=True) if theirs == theirs] == near(
        (theirs for theirs in said if theirs == theirs), 1e-3
    )


def test_two_parameters_by_marginal_likelihood(both) -> None:
    responses, r = both
    found = twopl.fit(responses.right)
    assert told(found.slopes) == near(r["slopes"], 1e-3)
    assert [found.log_likelihood] == near(r["marginal_2pl"], 1e-3)


def test_agreement_of_markers(both) -> None:
    _, r = both
    single = agreement.icc(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    )
    assert [single.value, single.low, single.high] == near(r["icc"])
    mean = agreement.of_the_mean(single, 4)
    assert [mean.value, mean.low, mean.high] == near(r["icc_of_the_mean"])
    kappa = agreement.weighted_kappa(range(9), [0, 2, 0, 5, 0, 4, 4, 5, 6], 9)
    assert [kappa.value] == near(r["kappa"])
