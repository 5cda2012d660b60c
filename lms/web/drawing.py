"""Documents drawn from the code, so that they can't say anything else: states and announcements."""

import importlib
import importlib.util
import inspect
import re
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.db.models import TextChoices

from lms.kit import gather
from lms.kit.machine import Machine
from lms.signals import Announcement

STATES = "docs/states.md"
ANNOUNCEMENTS = "docs/announcements.md"


def documents() -> dict[str, str]:
    """Every drawn document by its path from the top of the repository."""
    return {STATES: _states(), ANNOUNCEMENTS: _announcements()} | {
        part.key: part.text() for part in gather.DRAWN
    }


def write() -> list[str]:
    """Writes what has changed; returns the paths."""
    changed = []
    for name, text in documents().items():
        path = settings.BASE_DIR / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(name)
    return changed


def _modules(name: str) -> list[ModuleType]:
    """The module of this name in each of our apps, the highest floor first."""
    ours = [
        app.name
        for app in apps.get_app_configs()
        if (settings.BASE_DIR / app.name.replace(".", "/")).is_dir()
    ]
    return [
        importlib.import_module(f"{app}.{name}") for app in ours if importlib.util.find_spec(f"{app}.{name}")
    ]


def _states() -> str:
    parts = [
        "# States",
        "Drawn from the tables in each app's `states.py` by `manage.py draw_docs`; a test keeps the two equal. "
        "A move is always the same: lock, ask the table, set state and time, save, leave a change row and a "
        "trail entry, announce.",
    ]
    for module in _modules("states"):
        machines = [value for value in vars(module).values() if isinstance(value, Machine)]
        for machine in machines:
            parts += [f"## {machine.name.capitalize()}", f"`{module.__name__}`", _who_acts(machine)]
            parts += [f"```mermaid\n{machine.mermaid()}\n```"]
    return "\n\n".join(filter(None, parts)) + "\n"


def _who_acts(machine: Machine[str]) -> str:
    """A table of the comments that stand beside the members of the states: who acts next."""
    choices = type(machine.start)
    if not issubclass(choices, TextChoices):
        return ""
    comments = dict(re.findall(r'^\s+\w+ = "([^"]*)".*?#\s*(.+)$', inspect.getsource(choices), re.MULTILINE))
    rows = [f"| {state.value} | {comments.get(state.value, '')} |" for state in choices]
    return "\n".join(["| state | who acts next |", "|---|---|", *rows])


def _announcements() -> str:
    parts = [
        "# Announcements",
        "Drawn from each app's `signals.py` by `manage.py draw_docs`; a test keeps the two equal. An "
        "announcement is made inside the transaction of the action; who hears it puts a job, once.",
    ]
    for module in _modules("signals"):
        for said in [value for value in vars(module).values() if isinstance(value, Announcement)]:
            parts += [
                f"## {said.name}",
                said.says,
                f"Facts: {', '.join(f'`{fact}`' for fact in said.facts)}.",
            ]
            heard = sorted(
                f"`{hears.__module__}.{hears.__name__}`" for hears in said._live_receivers(None)[0]
            )
            parts += [f"Heard by {', '.join(heard)}." if heard else "Heard by nobody yet."]
    return "\n\n".join(parts) + "\n"
