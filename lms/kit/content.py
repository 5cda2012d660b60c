"""Reading content files (YAML, Markdown with front matter) with the line of every fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

REQUIRED: Final = object()
# The parser in C where PyYAML was built with it: a bank of items is read ten times faster.
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The parser in C, where PyYAML brings it, reads a library of 70 lessons in a sixth of the time.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass
class Problems:
    """Every fault found while reading; true when there is one."""

    items: list[Problem] = field(default_factory=list)

    def add(self, path: Path, line: int, message: str) -> None:
        self.items.append(Problem(path, line, message))

    def __bool__(self) -> bool:
        return bool(self.items)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.items, key=lambda p: (str(p.path), p.line)))


class Node:
    """A mapping of a content file that knows its lines.

    Each reader returns the value, or notes a problem with file and line and returns a harmless
    value of the right type, so that one run finds every fault. `default` makes a key optional.
    """

    def __init__(
        self, path: Path, values: dict[str, Any], lines: dict[str, int], line: int, problems: Problems
    ) -> None:
        self.path = path
        self.values = values
        self.line = line
        self.problems = problems
        self._lines = lines

    def has(self, key: str) -> bool:
        return key in self.values

    def line_of(self, key: str) -> int:
        return self._lines.get(key, self.line)

    def complain(self, message: str, key: str = "") -> None:
        self.problems.add(self.path, self.line_of(key), message)

    def only(self, *keys: str) -> None:
        """Complains of every key that is not among `keys`: a misspelt key must not pass in silence."""
        for key in self.values:
            if key not in keys:
                self.complain(f"unknown key '{key}' (known here: {', '.join(keys)})", key)

    def text(self, key: str, default: Any = REQUIRED, *, most: int = 100_000) -> str:
        value = self._get(key, default)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.complain(f"'{key}' must be text, and is {_kind(value)}; quote it", key)
            return ""
        text: str = value.strip()
        if not text and default is REQUIRED:
            self.complain(f"'{key}' is empty", key)
        if len(text) > most:
            self.complain(f"'{key}' has {len(text)} characters, and may have {most}", key)
        return text

    def whole(self, key: str, default: Any = REQUIRED, *, least: int = 0, most: int = 10**9) -> int:
        value = self._get(key, default)
        if value is None:
            return least
        if not isinstance(value, int) or isinstance(value, bool):
            self.complain(f"'{key}' must be a whole number, and is {_kind(value)}", key)
            return least
        if not least <= value <= most:
            self.complain(f"'{key}' is {value}, and must lie between {least} and {most}", key)
            return least
        return value

    def flag(self, key: str, default: Any = False) -> bool:
        value = self._get(key, default)
        if not isinstance(value, bool):
            self.complain(f"'{key}' must be true or false", key)
            return False
        return value

    def day(self, key: str, default: Any = REQUIRED) -> date | None:
        value = self._get(key, default)
        if value is None:
            return None
        if not isinstance(value, date):
            self.complain(f"'{key}' must be a date such as 2027-05-31", key)
            return None
        return value

    def texts(self, key: str, default: Any = REQUIRED) -> tuple[str, ...]:
        value = self._get(key, default)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
            self.complain(f"'{key}' must be a list of texts; quote numbers such as \"4.1\"", key)
            return ()
        return tuple(part.strip() for part in value)

    def node(self, key: str, default: Any = REQUIRED) -> "Node":
        value = self._get(key, default)
        if isinstance(value, Node):
            return value
        if value is not None:
            self.complain(f"'{key}' must be a mapping of keys to values", key)
        return Node(self.path, {}, {}, self.line_of(key), Problems())

    def nodes(self, key: str, default: Any = REQUIRED) -> tuple["Node", ...]:
        value = self._get(key, default)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(part, Node) for part in value):
            self.complain(f"'{key}' must be a list of mappings", key)
            return ()
        return tuple(value)

    def plain(self) -> dict[str, Any]:
        """The mapping as plain dictionaries and lists."""
        return {key: _undressed(value) for key, value in self.values.items()}

    def _get(self, key: str, default: Any) -> Any:
        if key in self.values and self.values[key] is not None:
            return self.values[key]
        if default is REQUIRED:
            self.complain(f"'{key}' is missing")
            return None
        return default


def read_yaml(path: Path, problems: Problems) -> Node | None:
    """The mapping at the top of a YAML file, or None with the problem noted."""
    text = _text_of(path, problems)
    return None if text is None else parse_yaml(text, path, problems, first_line=1)


def read_markdown(path: Path, problems: Problems) -> tuple[Node, str, int] | None:
    """Front matter, body, and the line on which the body begins; None with the problem noted."""
    text = _text_of(path, problems)
    return None if text is None else parse_markdown(text, path, problems)


def parse_markdown(text: str, path: Path, problems: Problems) -> tuple[Node, str, int] | None:
    """The same of a text that is to stand in `path`."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        problems.add(path, 1, "a lesson begins with front matter between two lines '---'")
        return None
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        problems.add(path, 1, "the front matter is never closed by a line '---'")
        return None
    front = parse_yaml("\n".join(lines[1:end]), path, problems, first_line=2)
    return None if front is None else (front, "\n".join(lines[end + 1 :]), end + 2)


def parse_yaml(text: str, path: Path, problems: Problems, *, first_line: int) -> Node | None:
    """The mapping in `text`, whose first line is line `first_line` of `path`; None with the problem noted."""
    try:
        top = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line if fault.problem_mark else 0
        problems.add(path, first_line + line, f"not readable as YAML: {fault.problem}")
        return None
    except yaml.YAMLError as fault:
        problems.add(path, first_line, f"not readable as YAML: {fault}")
        return None
    if not isinstance(top, yaml.MappingNode):
        problems.add(path, first_line, "must hold a mapping of keys to values")
        return None
    made = _dressed(top, path, problems, first_line)
    return made if isinstance(made, Node) else None


def _text_of(path: Path, problems: Problems) -> str | None:
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        problems.add(path, path.read_bytes()[: fault.start].count(b"\n") + 1, "not UTF-8 text")
    except OSError as fault:
        problems.add(path, 1, f"cannot be read: {fault.strerror}")
    return None


def _dressed(node: yaml.Node, path: Path, problems: Problems, first_line: int) -> Any:
    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        # A tag could ask for an object to be made; content is plain.
        problems.add(
            path, first_line + node.start_mark.line, f"the tag {node.tag} has no place in a content file"
        )
        return None
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = str(getattr(key_node, "value", ""))
            line = first_line + key_node.start_mark.line
            if key in values:
                problems.add(path, line, f"'{key}' stands here twice")
            values[key] = _dressed(value_node, path, problems, first_line)
            lines[key] = line
        return Node(path, values, lines, first_line + node.start_mark.line, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_dressed(part, path, problems, first_line) for part in node.value]
    if node.tag == "tag:yaml.org,2002:str":
        return node.value
    try:
        # A constructor needs a stream; an empty one will do, since the node is already composed.
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as fault:
        problems.add(path, first_line + node.start_mark.line, f"not readable: {fault}")
        return None


def _undressed(value: Any) -> Any:
    if isinstance(value, Node):
        return value.plain()
    if isinstance(value, list):
        return [_undressed(part) for part in value]
    return value


def _kind(value: Any) -> str:
    if isinstance(value, Node):
        return "a mapping"
    return {list: "a list", bool: "true or false", int: "a number", float: "a number"}.get(
        type(value), type(value).__name__
    )
