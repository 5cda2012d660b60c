import hashlib
import plistlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import safe_browser as rules
from exams.rules.safe_browser import Addresses, Shown, Standing

HERE = Addresses("https://example.org", "/exams/small/sit/", "/exams/small/leave/", ("/sittings/*",))

# A file as SEB saves it, with one value of every kind; its names are in no order.
FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>startURL</key><string>https://example.org/exams/small/sit/</string>
  <key>originatorVersion</key><string>SEB_Win_3.5.0</string>
  <key>allowWLAN</key><true/>
  <key>allowWlan</key><false/>
  <key>URLFilterRules</key><array><dict>
    <key>regex</key><false/><key>expression</key><string>example.org/*</string><key>action</key><integer>1</integer>
  </dict></array>
  <key>proxies</key><dict/>
  <key>examKeySalt</key><data>AAECAwQ=</data>
  <key>madeAt</key><date>2026-03-01T08:00:00Z</date>
  <key>browserMessagingSocket</key><string>ws:\\localhost:8706</string>
  <key>embeddedCertificates</key><array/>
  <key>greeting</key><string>h\xc3\xa9llo &amp; w\xc3\xb6rld</string>
</dict></plist>
"""
# The same by hand, from the rules of SEB's documentation, and its digest by sha256sum.
SAID = (
    '{"allowWlan":false,"allowWLAN":true,"browserMessagingSocket":"ws:\\localhost:8706",'
    '"embeddedCertificates":[],"examKeySalt":"AAECAwQ=","greeting":"héllo & wörld",'
    '"madeAt":"2026-03-01T08:00:00+00:00","startURL":"https://example.org/exams/small/sit/",'
    '"URLFilterRules":[{"action":1,"expression":"example.org/*","regex":false}]}'
)
KEY = "c4a3d91c3e569519e5e2c89e4e81e01f6854bfeba7a30d8a4640e02c24475e87"


def test_the_json_of_a_file_and_its_config_key_are_those_worked_out_by_hand() -> None:
    values = plistlib.loads(FILE)
    assert rules.seb_json(values) == SAID
    assert rules.config_key(values) == KEY


def test_the_originator_counts_at_no_depth_and_a_list_that_is_empty_does() -> None:
    values = {"b": {"originatorVersion": "x", "a": []}, "originatorVersion": "y"}
    assert rules.seb_json(values) == '{"b":{"a":[]}}'


def test_only_a_quotation_mark_is_escaped() -> None:
    assert rules.seb_json({"a": 'x/\\"\n'}) == '{"a":"x/\\\\"\n"}'


@pytest.mark.parametrize("stranger", [None, object(), {1, 2}])
def test_what_no_plist_holds_is_refused(stranger: object) -> None:
    with pytest.raises(TypeError):
        rules.seb_json({"a": stranger})


@given(
    st.dictionaries(st.from_regex(r"[a-zA-Z]{1,8}", fullmatch=True), st.booleans() | st.integers()),
    st.randoms(),
)
def test_the_order_in_which_settings_are_written_does_not_matter(values: dict[str, Any], chance: Any) -> None:
    shuffled = list(values.items())
    chance.shuffle(shuffled)
    assert rules.config_key(dict(shuffled)) == rules.config_key(values)


def test_a_time_counts_in_utc_however_it_is_given() -> None:
    aware = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert rules.seb_json(aware) == rules.seb_json(aware.replace(tzinfo=None))


def test_what_the_file_says_has_the_key_that_is_asked_for() -> None:
    """SEB reads the file and works the key out anew."""
    values = rules.settings(HERE)
    read = plistlib.loads(rules.file(values))
    assert read == values
    assert rules.config_key(read) == rules.key_of(HERE)
    assert rules.file(values).startswith(b"<?xm")


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


def test_no_setting_has_two_readings_among_the_versions_of_seb() -> None:
    values = rules.settings(HERE)
    assert len({name.lower() for name in values}) == len(values)
    assert all(name.isalnum() for name in values)
    for leaf in leaves(values):
        assert isinstance(leaf, bool | int) or (isinstance(leaf, str) and leaf and not set(leaf) & set('"\\'))


def test_settings_name_start_quit_and_the_addresses_that_may_be_opened() -> None:
    values = rules.settings(HERE)
    assert values["startURL"] == "https://example.org/exams/small/sit/"
    assert values["quitURL"] == "https://example.org/exams/small/leave/"
    assert [rule["expression"] for rule in values["URLFilterRules"]] == ["example.org/sittings/*"]
    assert (values["sendBrowserExamKey"], values["browserWindowWebView"]) == (True, 3)
    assert (values["allowUploads"], values["browserWindowAllowReload"]) == (False, True)


@pytest.mark.parametrize(
    "changed",
    [
        Addresses("https://example.com", HERE.start, HERE.quit, HERE.pages),
        Addresses(HERE.public_url, "/exams/other/sit/", HERE.quit, HERE.pages),
        Addresses(HERE.public_url, HERE.start, "/exams/other/leave/", HERE.pages),
        Addresses(HERE.public_url, HERE.start, HERE.quit, ("/sittings/*", "/learn/*")),
    ],
)
def test_another_address_is_another_key(changed: Addresses) -> None:
    assert rules.key_of(changed) != rules.key_of(HERE)


@pytest.mark.parametrize(
    ("public", "path", "url"),
    [
        ("https://example.org", "/a/?b=c#d", "https://example.org/a/?b=c"),
        ("https://Example.ORG:443/", "/a/", "https://example.org/a/"),
        ("http://localhost:8000", "/a/", "http://localhost:8000/a/"),
        ("http://example.org:80", "/", "http://example.org/"),
        ("https://prüfung.example", "/", "https://xn--prfung-4ya.example/"),
        ("https://example.org/learn/", "/a/", "https://example.org/learn/a/"),
    ],
)
def test_an_address_is_written_as_browsers_do(public: str, path: str, url: str) -> None:
    assert rules.address(public, path) == url


def test_the_link_that_launches_seb_keeps_to_the_security_of_the_address() -> None:
    assert rules.launch_link("https://example.org/a.seb?k=1") == "sebs://example.org/a.seb?k=1"
    assert rules.launch_link("http://localhost:8000/a.seb") == "seb://localhost:8000/a.seb"


URL, CK, BEK = "https://example.org/sittings/1/?x=y", "a" * 64, "b" * 64


def shown(*, config: str = CK, exam: str = "", url: str = URL) -> Shown:
    return Shown(
        config=rules.request_hash(url=url, key=config) if config else "",
        exam=rules.request_hash(url=url, key=exam) if exam else "",
    )


def test_a_hash_is_that_of_address_and_key_in_a_row() -> None:
    assert rules.request_hash(url=URL, key=CK) == hashlib.sha256((URL + CK).encode()).hexdigest()
    assert rules.request_hash(url=URL + "#item-3", key=CK) == rules.request_hash(url=URL, key=CK)
    assert rules.request_hash(url=URL + "z", key=CK) != rules.request_hash(url=URL, key=CK)


@pytest.mark.parametrize(
    ("given", "keys", "expected"),
    [
        (shown(), [], Standing.RIGHT),
        (shown(exam="c" * 64), [], Standing.RIGHT),
        (shown(config="c" * 64), [], Standing.WRONG),
        (shown(url="https://example.org/sittings/2/"), [], Standing.WRONG),
        (Shown(config="é"), [], Standing.WRONG),
        (Shown(), [], Standing.ABSENT),
        (Shown(), [BEK], Standing.ABSENT),
        (Shown(exam="x"), [], Standing.WRONG),
        (shown(), [BEK], Standing.WRONG),
        (shown(exam="c" * 64), [BEK], Standing.WRONG),
        (shown(exam=BEK), [BEK], Standing.RIGHT),
        (shown(exam=BEK), ["d" * 64, f" {BEK.upper()} "], Standing.RIGHT),
        (shown(config="c" * 64, exam=BEK), [BEK], Standing.WRONG),
    ],
)
def test_what_is_shown_fits_or_not(given: Shown, keys: list[str], expected: Standing) -> None:
    assert rules.standing(given, url=URL, config_key=CK, exam_keys=keys) == expected


def test_a_hash_in_capitals_is_the_same() -> None:
    loud = Shown(config=shown().config.upper())
    assert rules.standing(loud, url=URL, config_key=CK) == Standing.RIGHT
