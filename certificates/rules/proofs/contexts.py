"""The JSON-LD contexts that credentials from here use, as published, and none that is fetched.

`credentials-v2.json`: W3C, https://www.w3.org/ns/credentials/v2. `open-badges-3.0.3.json` and
`open-badges-extensions.json`: 1EdTech, under the addresses below. Each is as published, under its publisher's licence;
W3C names the digest of its own, which a test holds.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from certificates.rules.proofs.canonical import Shelf

CREDENTIALS: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
FOLDER: Final = Path(__file__).parent.parent / "contexts"
FILES: Final = {
    CREDENTIALS: "credentials-v2.json",
    OPEN_BADGES: "open-badges-3.0.3.json",
    EXTENSIONS: "open-badges-extensions.json",
}


@functools.cache
def kept() -> Mapping[str, Any]:
    """Every context by its address."""
    return MappingProxyType(
        {address: json.loads((FOLDER / name).read_text()) for address, name in FILES.items()}
    )


@functools.cache
def shelf() -> Shelf:
    """All of them, for whoever brings a document into its canonical form."""
    return Shelf(kept())
