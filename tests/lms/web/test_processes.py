"""The process tree: who dies is started again, and nobody outlives the tree."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.web.processes import LOOK_SECONDS, SELDOMEST_QUESTION, longer
from tests.mode import ROOT

# A tree of one child that itself has a child, like a web server and its worker; both note who they are.
TREE = """
import os, sys
from pathlib import Path
from lms.web.processes import Child, Hopeless, Tree
folder = Path(sys.argv[1])
child = f'''
import os, subprocess, sys, time
from pathlib import Path
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with (Path({str(folder)!r}) / "born").open("a") as born:
    born.write(f"{{os.getpid()}} {{grandchild.pid}}\\\\n")
time.sleep({sys.argv[2]})
'''
tree = Tree(
    children=[Child("web", [sys.executable, "-c", child], os.environ)],
    ready=lambda: float(sys.argv[2]) > 1 and (folder / "born").exists(),
    when_ready=lambda: print("ready", flush=True),
    say=lambda text: print(text, flush=True),
)
try:
    tree.run()
except Hopeless as hopeless:
    print("hopeless", hopeless.name, flush=True)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(condition, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def born(folder: Path) -> list[tuple[int, int]]:
    try:
        lines = (folder / "born").read_text().splitlines()
    except OSError:
        return []
    return [(int(child), int(grandchild)) for child, grandchild in map(str.split, lines)]


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", TREE, str(tmp_path), "600"], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    assert until(lambda: born(tmp_path))
    yield process
    process.kill()
    process.wait()


def test_a_killed_child_is_started_again_and_its_own_child_is_gone(tree, tmp_path) -> None:
    [(child, grandchild)] = born(tmp_path)
    os.kill(child, signal.SIGKILL)
    assert until(lambda: len(born(tmp_path)) == 2)
    assert not alive(grandchild)
    assert all(map(alive, born(tmp_path)[1]))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_tree_that_is_asked_to_end_leaves_nobody_behind(tree, tmp_path, number) -> None:
    [family] = born(tmp_path)
    tree.send_signal(number)
    assert tree.wait(timeout=10) == 0
    assert not any(map(alive, family))


def test_who_is_asked_twice_waits_for_nobody(tmp_path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    deaf += f"open({str(tmp_path / 'deaf')!r}, 'w').close(); time.sleep(600)"
    program = f"""
import os, sys
from lms.web.processes import Child, Tree
Tree([Child("web", [sys.executable, "-c", {deaf!r}], os.environ)], lambda: False, print, print).run()
"""
    tree = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    assert until((tmp_path / "deaf").exists)
    tree.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert tree.poll() is None
    tree.send_signal(signal.SIGINT)
    assert tree.wait(timeout=4) == 0


def test_a_child_does_not_outlive_a_killed_tree(tree, tmp_path) -> None:
    [(child, _)] = born(tmp_path)
    tree.kill()
    assert until(lambda: not alive(child))


def test_what_is_not_ready_for_long_is_asked_ever_less_often() -> None:
    pauses = [LOOK_SECONDS]
    while pauses[-1] < SELDOMEST_QUESTION:
        pauses.append(longer(pauses[-1]))
    assert pauses == sorted(pauses) and pauses[-1] == longer(pauses[-1]) == SELDOMEST_QUESTION
    assert sum(one < 1 for one in pauses) > 10  # who starts is soon told that it stands


def test_a_child_that_never_stands_ends_the_tree_with_its_name(tmp_path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", TREE, str(tmp_path), "0"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.stdout.splitlines()[-1] == "hopeless web"
    assert len(born(tmp_path)) == 4
