"""What strangers send is read apart, within limits."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lms.web import isolation

HERE = "tests.lms.web.misreading:"


def test_it_answers_what_the_function_says():
    assert isolation.run(HERE + "count", b"abc", given=[1, "two"]) == {"bytes": 3, "given": [1, "two"]}


def test_it_knows_nothing_of_our_environment_and_has_no_django(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not to be told")
    assert isolation.run(HERE + "surroundings", b"") == {"secret": None, "django": False}


@pytest.mark.parametrize("greed", ["memory", "depth", "spinning", "sleep"])
def test_whoever_takes_too_much_is_ended_and_it_is_said(greed):
    with pytest.raises(isolation.TooMuch):
        isolation.run(HERE + greed, b"", seconds=1, megabytes=256)


def test_whoever_was_ended_gives_its_place_back():
    for _ in range(isolation.PLACES + 1):
        with pytest.raises(isolation.TooMuch):
            isolation.run(HERE + "sleep", b"", seconds=0.2)


def test_as_many_as_there_are_places_read_at_once_among_all_threads():
    with ThreadPoolExecutor(3) as threads:
        begun = [threads.submit(isolation.run, HERE + "sleep", b"", seconds=1) for _ in range(3)]
        ends = sorted(type(one.exception()).__name__ for one in begun)
    assert ends == ["Busy", "TooMuch", "TooMuch"]


def test_it_writes_no_file(tmp_path):
    with pytest.raises(RuntimeError, match="File too large"):
        isolation.run(HERE + "write", str(tmp_path / "kept").encode())
    assert (tmp_path / "kept").read_bytes() == b""


def test_a_fault_of_ours_is_not_called_too_much():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        isolation.run(HERE + "fault", b"")
