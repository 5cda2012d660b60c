from pathlib import Path

import pytest

from lms.kit.content import Problems, read_yaml
from lms.kit.writing import Line, Long, Row, Shelf, says, yaml_text

LONG = (
    "A text that is so long that nobody would want to read it on one line, and that is folded for them. " * 2
)


@pytest.mark.parametrize(
    "value",
    [
        "yes", "4.1", "2026-11-23", "a: b", "# no comment", "it's “so”", ' "x" ', "- a", "one\ntwo", "", "é\u00a0!",
        Long(LONG.strip()), Long("short"), Long("::: x\n" + LONG), ["a", ["b"]], Row(["4.10", "A.2"]), Line(amount=1), True, 7,
    ],
)  # fmt: skip
def test_what_is_written_is_read_as_it_was(tmp_path: Path, value: object) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(yaml_text({"first": value, "then": "x"}, width=80), encoding="utf-8")
    problems = Problems()
    node = read_yaml(file, problems)
    assert list(problems) == []
    assert node is not None
    assert node.plain() == {"first": value, "then": "x"}


def test_how_a_file_is_laid_out_makes_no_difference_to_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("# ours\nkey: one\ntitle: >-\n  It's\n  here\nclauses: [b, a]\nsteps: [b, a]\n")
    same = {"title": "It’s here", "key": "one", "clauses": ["a", "b"], "steps": ["b", "a"], "empty": []}
    assert says(file, same)
    assert not says(file, same | {"steps": ["a", "b"]})
    assert not says(file, same | {"title": "It is here"})


def test_a_shelf_writes_what_differs_and_leaves_no_scrap(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for text in ("one", "one", "two"):
        shelf.put("deep/file.md", text)
    assert (shelf.written, shelf.unchanged) == (2, 1)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file.md"]
    assert (tmp_path / "deep/file.md").read_text() == "two"
