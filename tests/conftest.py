"""What all tests share: the database they stand on, and the people of the cast."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from lms.db import kept
from tests import databases

pytest_plugins = ["tests.cast"]

# A slow machine is no counterexample; and the same commit is judged by the same examples everywhere.
hypothesis_settings.register_profile("house", deadline=None, derandomize=True)
hypothesis_settings.load_profile("house")

DATABASES = databases.Databases()
# A test that commits gets its database thrown away afterwards (see tests/databases.py), so that rows
# made by migrations survive; Django's way, to empty every table, loses them.
TransactionTestCase._fixture_teardown = lambda self: None  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> Iterator[None]:
    DATABASES.connect()
    yield
    DATABASES.leave()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Each test stands on a database of its own, in which the same revision may be of something else."""
    kept.clear()


@pytest.fixture(scope="session", autouse=True)
def reading_places(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Runs beside each other do not take each other's places for readers of files."""
    settings.READING_DIR = tmp_path_factory.mktemp("reading")


@pytest.fixture
def library() -> None:
    """The test stands on the shipped library of content, as an institution finds it: items are drafts."""


@pytest.fixture
def demonstration() -> None:
    """The test stands on the demonstration's database: library, people, reviews and forms."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--on-the-database",
        action="store_true",
        help="only tests that use the database: the others say the same on every one",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--on-the-database"):
        return
    doors = {"db", "transactional_db", "live_server", "django_db_setup", "library", "demonstration"}
    left = [
        item
        for item in items
        if "journeys" not in item.path.parts  # they choose for themselves
        and not item.get_closest_marker("django_db")
        and not doors & set(getattr(item, "fixturenames", ()))
    ]
    left += [item for item in items if item.get_closest_marker("once")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    names = getattr(item, "fixturenames", ())
    DATABASES.want(next((name for name in ("demonstration", "library") if name in names), "empty"))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", ())
    if (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(names):
        DATABASES.soil()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests give as evidence of how much they have tried, said at the end of a run."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    for report in reports:
        for name, value in (
            getattr(report, "user_properties", ()) if getattr(report, "when", "") == "call" else ()
        ):
            if name == "evidence":
                terminalreporter.write_line(str(value))
