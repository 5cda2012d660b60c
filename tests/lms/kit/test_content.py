"""A content file that can't be used says which line and why."""

import pytest

from lms.kit.content import Problems, read_markdown, read_yaml


@pytest.fixture
def problems():
    return Problems()


def said(problems):
    return [(problem.line, problem.message) for problem in problems]


def test_a_good_file_reads_without_a_problem(tmp_path, problems):
    path = tmp_path / "good.yaml"
    path.write_text('title: One\nhours: 31\nrefs: ["4.1"]\nparts:\n  - name: a\n')
    node = read_yaml(path, problems)
    assert node is not None
    assert (node.text("title"), node.whole("hours"), node.texts("refs")) == ("One", 31, ("4.1",))
    assert [part.text("name") for part in node.nodes("parts")] == ["a"]
    assert said(problems) == []


def test_a_missing_key_is_told_with_the_line_of_its_mapping(tmp_path, problems):
    path = tmp_path / "f.yaml"
    path.write_text("title: One\nparts:\n  - name: a\n  - other: b\n")
    node = read_yaml(path, problems)
    assert node is not None
    assert [part.text("name") for part in node.nodes("parts")] == ["a", ""]
    assert said(problems) == [(4, "'name' is missing")]


def test_a_wrong_type_is_told_with_its_line(tmp_path, problems):
    path = tmp_path / "f.yaml"
    path.write_text("title: One\nhours: many\nclause: 4.1\n")
    node = read_yaml(path, problems)
    assert node is not None
    assert (node.whole("hours"), node.text("clause")) == (0, "")
    assert said(problems) == [
        (2, "'hours' must be a whole number, and is str"),
        (3, "'clause' must be text, and is a number; quote it"),
    ]


def test_a_misspelt_key_does_not_pass_in_silence(tmp_path, problems):
    path = tmp_path / "f.yaml"
    path.write_text("title: One\ntitel: Two\n")
    node = read_yaml(path, problems)
    assert node is not None
    node.only("title")
    assert said(problems) == [(2, "unknown key 'titel' (known here: title)")]


def test_a_key_given_twice_is_told(tmp_path, problems):
    path = tmp_path / "f.yaml"
    path.write_text("title: One\ntitle: Two\n")
    read_yaml(path, problems)
    assert said(problems) == [(2, "'title' stands here twice")]


def test_broken_yaml_names_the_line(tmp_path, problems):
    path = tmp_path / "f.yaml"
    path.write_text("title: One\nlist: [a, b\nmore: x\n")
    assert read_yaml(path, problems) is None
    assert [line for line, _ in said(problems)] == [3]


def test_other_encodings_are_refused_with_the_line(tmp_path, problems):
    path = tmp_path / "f.yaml"
    path.write_bytes(b"title: One\nname: Sch\xe4fer\n")
    assert read_yaml(path, problems) is None
    assert said(problems) == [(2, "not UTF-8 text")]


def test_a_tag_that_would_make_an_object_is_refused(tmp_path, problems):
    path = tmp_path / "f.yaml"
    path.write_text("title: !!python/object/apply:os.getcwd []\n")
    read_yaml(path, problems)
    assert [line for line, _ in said(problems)] == [1]


def test_a_file_that_is_not_there_is_a_problem_and_no_crash(tmp_path, problems):
    assert read_yaml(tmp_path / "nowhere.yaml", problems) is None
    assert len(said(problems)) == 1


def test_front_matter_and_body_are_told_apart_with_the_body_s_line(tmp_path, problems):
    path = tmp_path / "l.md"
    path.write_text("---\ntitle: One\n---\n\nText\n")
    read = read_markdown(path, problems)
    assert read is not None
    front, body, line = read
    assert (front.text("title"), body, line) == ("One", "\nText\n", 4)


def test_front_matter_that_is_never_closed_is_told(tmp_path, problems):
    path = tmp_path / "l.md"
    path.write_text("---\ntitle: One\n\nText\n")
    assert read_markdown(path, problems) is None
    assert said(problems) == [(1, "the front matter is never closed by a line '---'")]
