"""The library is read as a whole before anything is written."""

import pytest

from lms.kit import gather
from lms.web import library


@pytest.fixture
def two_parts():
    """A part that writes, and a part that always finds a fault."""
    wrote = []

    def complain(folders, problems):
        problems.add("somewhere.yaml", 7, "'title' is missing")

    gather.LIBRARY.add(gather.LibraryPart("first", 1, lambda *_: None, lambda _: wrote.append(1)))
    gather.LIBRARY.add(gather.LibraryPart("second", 2, complain, lambda _: wrote.append(2)))
    yield wrote
    for key in ("first", "second"):
        del gather.LIBRARY._parts[key]


@pytest.mark.django_db
def test_one_fault_in_one_file_loads_nothing_at_all(two_parts):
    with pytest.raises(library.UnreadableLibrary) as refused:
        library.load()
    assert [str(problem) for problem in refused.value.problems] == ["somewhere.yaml:7: 'title' is missing"]
    assert two_parts == []


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(library.UnreadableLibrary) as refused:
        library.load(tmp_path / "nowhere")
    assert [problem.message for problem in refused.value.problems] == ["LIBRARY_DIR names no folder"]
