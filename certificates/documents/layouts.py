"""What a design is made of: a layout (a template and a style sheet of that name), colours and fixed words."""

from typing import Final

NAMES: Final = ("engraved",)
COLOURS: Final = {
    "paper": "Paper",
    "ink": "Ink",
    "soft": "Quieter ink",
    "accent": "Accent and seal",
    "line": "Lines of the border",
}
WORDS: Final = {
    "heading": "Heading",
    "opening": "Before the name",
    "granting": "Between name and level",
    "scope": "For the scope",
    "number": "For the number",
    "granted": "For the day of grant",
    "expires": "For the last valid day",
    "verify": "Above the address of verification",
    "seal": "About the seal",
    "validity": "About validity",
}
