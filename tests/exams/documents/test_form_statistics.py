import random
from fractions import Fraction

from exams.documents import form_statistics as documents
from exams.models import Exam, Form
from exams.queries.form_statistics import Analysed, Exposed
from exams.rules import form_statistics as rules
from exams.rules.acceptance import Event
from exams.rules.matrices import Answered
from exams.rules.scoring import Placed


def analysed(sittings: int, items: int = 6) -> Analysed:
    """What so many candidates of a lottery make of items that get harder; a few leave out the last ones."""
    lot = random.Random(4)
    placed = tuple(Placed(position, 1, "single") for position in range(1, items + 1))
    keys = {str(one.position): {"rule": "all-or-nothing", "right": ["b"]} for one in placed}
    said = []
    for _ in range(sittings):
        able = lot.gauss(0, 1)
        given = ["b" if lot.gauss(able, 1) > n / 3 - 1 else lot.choice("aac") for n in range(items)]
        said.append(
            Answered("x", tuple(Event(1, n, n, v) for n, v in enumerate(given[: lot.randint(4, 9)], 1)))
        )
    form = Form(exam=Exam(title="Exam"), number=1, keys=keys)
    form.package = {"items": [{"position": n, "item": f"i-{n}", "version": 1} for n in range(1, items + 1)]}
    found = rules.analyse(placed, keys, said, Fraction(7, 10))
    return Analysed(form, 1, Fraction(7, 10), found, {n: Exposed(2, 40) for n in range(1, items + 1)}, None)


def test_five_hundred_sittings_have_slopes_and_information_by_both_models() -> None:
    said = analysed(500)
    assert documents.models(said).columns == ("position", "Rasch easiness", "2PL slope", "2PL intercept")
    rasch, two = documents.information(said)
    assert rasch.table.columns == ("ability in logits", "information")
    assert two.table.columns == ("ability in standard deviations", "information")
    assert [len(line.points.split()) for line in two.chart.lines] == [33, 33, 33]
    assert len(rasch.table.rows) == 33
    for _, told in (*rasch.table.rows, *two.table.rows):
        assert 0 <= told.low < told.value < told.high


def test_fewer_have_the_rasch_model_alone() -> None:
    said = analysed(60)
    assert documents.models(said).columns == ("position", "Rasch easiness")
    assert [one.title for one in documents.information(said)] == ["Test information, Rasch"]


def test_a_picture_and_its_table_tell_the_same() -> None:
    said = analysed(60)
    found = said.found.classical
    assert found
    scores = documents.scores(said, found)
    assert sum(many for _, many in scores.table.rows) == 60
    assert len(scores.chart.bars) == sum(many > 0 for _, many in scores.table.rows)
    wright = documents.wright(said)
    assert wright and len(wright.chart.dots) == 6
    assert [row[0] for row in wright.table.rows][-1] == "item 6"
    assert sum(many for _, _, many in wright.table.rows if many) == 60


def test_the_line_of_the_key_is_told_apart_and_so_is_no_response() -> None:
    *_, (item, code, _, (picture,)) = documents.traces(analysed(60))
    assert (item.name, code) == ("6", "i-6")
    assert picture
    kinds = {line.name: line.kind for line in picture.chart.lines if line.name}
    assert kinds == {"–": "none", "A": "other-1", "B": "key", "C": "other-2"}
    assert [row[0] for row in picture.table.rows] == ["none", "A", "B", "C"]


def test_below_thirty_every_table_is_empty_but_exposure() -> None:
    said = analysed(29)
    assert documents.items(said).rows == documents.options(said).rows == documents.models(said).rows == ()
    assert (documents.wright(said), documents.information(said)) == (None, [])
    assert documents.exposure(said).rows[0] == (1, "i-1", 1, 2, 40)
