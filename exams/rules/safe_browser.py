"""Safe Exam Browser: the configuration of an exam, its Config Key, and whether what a request shows fits it.

Sources, all of ETH Zurich: "Developer Documentation: Config Key" (safeexambrowser.org/developer/seb-config-key.html),
"File Format" and "Integration" beside it, the specification of the Browser Exam Key, and the readers themselves
(seb-win-refactoring: XmlParser.cs and Json.cs; seb-mac: SEBConfigFileManager.m). What it proves, and what it does
not, is said in docs/safe-exam-browser.md.
"""

import base64
import hashlib
import hmac
import plistlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urldefrag, urlsplit, urlunsplit

ALLOW = 1  # what a rule of the address filter does
MODERN_VIEW = 3  # browserWindowWebView: WebKit's present engine, whose pages ask for the keys by script
NEW_WINDOW = 2
PORTS = {"http": 80, "https": 443}

# A value that has more than one reading among the versions of SEB would give more than one key: no date,
# no empty text and no quotation mark stands here, and no two names that differ only by case.
FIXED: Mapping[str, Any] = {
    "sebConfigPurpose": 0,  # for one exam; the candidate's own settings stay as they are
    "sendBrowserExamKey": True,
    "browserWindowWebView": MODERN_VIEW,
    "enableJavaScript": True,
    "browserWindowAllowReload": True,
    "showReloadButton": True,
    "newBrowserWindowAllowReload": True,
    "newBrowserWindowByLinkPolicy": NEW_WINDOW,
    "newBrowserWindowByLinkBlockForeign": True,
    "allowBrowsingBackForward": False,
    "allowDeveloperConsole": False,
    "allowPreferencesWindow": False,
    "allowSwitchToApplications": False,
    "allowSpellCheck": False,
    "allowDictionaryLookup": False,
    "allowPrint": False,
    "allowScreenSharing": False,
    "allowDisplayMirroring": False,
    "allowedDisplaysMaxNumber": 1,
    "allowVirtualMachine": False,
    "enablePrintScreen": False,
    "enablePrivateClipboard": True,
    # Open to the sealed file of answers, which must be saved where the candidate finds it afterwards. Nothing
    # else is offered for download on the addresses that the filter lets through.
    "allowDownUploads": True,
    "allowDownloads": True,
    "allowUploads": False,
    "openDownloads": False,
    "downloadPDFFiles": False,
    "downloadAndOpenSebConfig": False,
    "examSessionReconfigureAllow": False,
    "examSessionClearCookiesOnStart": True,
    "examSessionClearCookiesOnEnd": True,
    # Whoever can't leave pulls the plug: the candidate may quit, and comes back by the same file.
    "allowQuit": True,
    "quitURLConfirm": False,
    "showTaskBar": True,
    "showTime": True,
    "URLFilterEnable": True,
    # The filter of contents would force SEB on macOS and iOS back to its old engine.
    "URLFilterEnableContentFilter": False,
}


class Standing(StrEnum):
    """What a request shows of the browser it comes from."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSENT = "absent"


@dataclass(frozen=True)
class Shown:
    """The two hashes of a request or of a page, in hexadecimal; empty where there is none."""

    config: str = ""
    exam: str = ""


@dataclass(frozen=True)
class Addresses:
    """Where an exam is sat: where SEB begins, the address that closes it, and what may be opened besides.

    `pages` are paths that end in a star where everything below them is meant.
    """

    public_url: str
    start: str
    quit: str
    pages: tuple[str, ...]


def settings(addresses: Addresses) -> dict[str, Any]:
    """The settings of an exam. The same addresses give the same settings, and so the same key."""
    public = urlsplit(origin(addresses.public_url))
    host = public.netloc + public.path
    rules = [
        {"action": ALLOW, "active": True, "expression": f"{host}{page}", "regex": False}
        for page in addresses.pages
    ]
    return {
        **FIXED,
        "startURL": address(addresses.public_url, addresses.start),
        "quitURL": address(addresses.public_url, addresses.quit),
        "URLFilterRules": rules,
    }


def file(values: Mapping[str, Any]) -> bytes:
    """The settings as a `.seb` file: a plist in plain XML.

    SEB reads such a file as it is: a file that begins with `<?xm` and not with one of the prefixes of the
    encrypted formats is taken for unencrypted settings ("Integration", section 4, and both readers).
    """
    return plistlib.dumps(dict(values), fmt=plistlib.FMT_XML, sort_keys=True)


def config_key(values: Mapping[str, Any]) -> str:
    """The Config Key: SHA-256 of the settings' `seb_json`, as 64 hexadecimal digits."""
    return hashlib.sha256(seb_json(values).encode()).hexdigest()


@lru_cache(maxsize=256)
def key_of(addresses: Addresses) -> str:
    """The Config Key of the settings at these addresses; worked out once, for every request asks for it."""
    return config_key(settings(addresses))


def seb_json(value: Any) -> str:
    """Settings in the form over which SEB works out the Config Key.

    Names in alphabetical order without regard to case at every depth; no white space; no `originatorVersion`
    and no empty dictionary; data in base64, dates in ISO 8601. It is no JSON where a text has a backslash,
    for nothing is escaped but a quotation mark. Raises TypeError for what no plist can hold.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bytes):
        return _quoted(base64.b64encode(value).decode())
    if isinstance(value, datetime):
        # A plist's dates are UTC, and Python's reader hands them out without saying so.
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return _quoted(aware.astimezone(UTC).isoformat(timespec="seconds"))
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_quoted(name)}:{seb_json(one)}" for name, one in _kept(value)) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(seb_json(one) for one in value) + "]"
    raise TypeError(f"a plist holds no {type(value).__name__}")


def _kept(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    kept = [
        (name, value)
        for name, value in values.items()
        if name.lower() != "originatorversion" and not (isinstance(value, Mapping) and not value)
    ]
    # Of names that differ only by case the small letter comes first, as SEB's documentation once asked.
    return sorted(kept, key=lambda pair: (pair[0].lower(), pair[0].swapcase()))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def origin(public_url: str) -> str:
    """An address as browsers write it: scheme and host in small letters, no port where it is the usual one."""
    parts = urlsplit(public_url)
    host = (parts.hostname or "").encode("idna").decode()
    port = f":{parts.port}" if parts.port and parts.port != PORTS.get(parts.scheme) else ""
    return urlunsplit((parts.scheme, host + port, parts.path.rstrip("/"), "", ""))


def address(public_url: str, path: str) -> str:
    """The absolute address of a path with its query, without fragment: what SEB hashes with a key."""
    return urldefrag(origin(public_url) + path).url


def launch_link(url: str) -> str:
    """The link that opens a configuration in SEB: `sebs:` for an https address, `seb:` for http."""
    return "seb" + url.removeprefix("http")


def request_hash(*, url: str, key: str) -> str:
    """What SEB shows for a key at an address: SHA-256 of the two in a row, as 64 hexadecimal digits."""
    return hashlib.sha256((urldefrag(url).url + key).encode()).hexdigest()


def standing(shown: Shown, *, url: str, config_key: str, exam_keys: Iterable[str] = ()) -> Standing:
    """Whether what is shown fits: the Config Key, and where there is a list, one of its Browser Exam Keys."""
    wanted = [key.strip().lower() for key in exam_keys]
    if not shown.config and not shown.exam:
        return Standing.ABSENT
    fits = _equal(shown.config, request_hash(url=url, key=config_key))
    if wanted:
        # Every key is looked at, so that the time of an answer doesn't tell which of them came near.
        found = [_equal(shown.exam, request_hash(url=url, key=key)) for key in wanted]
        fits = fits and any(found)
    return Standing.RIGHT if fits else Standing.WRONG


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.strip().lower().encode(), expected.encode())
