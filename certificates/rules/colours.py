"""Whether a colour can be read upon another. Source: WCAG 2.2, relative luminance and contrast ratio."""

import re
from typing import Final

# What is written on paper in its colour: ordinary text, and the large words of level and heading.
READABLE: Final = {"ink": 4.5, "soft": 4.5, "accent": 3.0}
_WRITTEN: Final = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """Whether it is a colour such as `#1c5a58`, and nothing else that a style sheet would take."""
    return bool(_WRITTEN.fullmatch(text))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as `#1c5a58`, from 1 (none) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def unreadable(colours: dict[str, str]) -> tuple[str, ...]:
    """The names of those that can't be read upon `paper`."""
    return tuple(
        name for name, least in READABLE.items() if contrast(colours[name], colours["paper"]) < least
    )


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
