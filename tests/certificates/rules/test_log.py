"""The log of the register by its rules: trees, notes, proofs, tiles. The numbers are those of docs/algorithms/log.md."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import merkle, notes, records, tiles

# Entries and roots of the tests of Certificate Transparency (RFC 6962).
ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
ENTRY = "facb3afc05900c5f7782bfd9e01314fb63e3cac730f78b3e5b3d37a90cb45b3c"
LEAVES = [merkle.leaf(one) for one in ENTRIES]
ROOT = [bytes.fromhex(one) for one in ROOTS]


KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key()


def hashes(ranges, leaves):
    return [merkle.root(leaves[low:high]) for low, high in ranges]


def counted(size):
    """So many entries, and the right edge and the tiles that they make."""
    entries = [number.to_bytes(3, "big") for number in range(size)]
    edge = merkle.Edge()
    full = {(level, number): found for level, number, found in edge.append(map(merkle.leaf, entries))}

    def read(level, first, last):
        assert first >> 8 == max(first, last - 1) >> 8  # within one tile
        tile = full.get((level, first >> 8)) or edge.levels[level]
        return tile[first % 256 : first % 256 + last - first]

    return entries, edge, read


def test_the_roots_are_those_of_certificate_transparency():
    assert [merkle.root(LEAVES[: size + 1]).hex() for size in range(8)] == list(ROOTS)
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_entry_5_of_8_is_proven_by_the_three_hashes_of_the_document():
    path = hashes(merkle.inclusion(5, 8), LEAVES)
    assert [one.hex()[:8] for one in path] == ["bc1a0643", "ca854ea1", "d37ee418"]
    merkle.check_inclusion(ENTRIES[5], 5, 8, path, ROOT[7])


def test_a_tree_of_8_is_shown_to_begin_with_one_of_6_by_the_hashes_of_the_document():
    path = hashes(merkle.consistency(6, 8), LEAVES)
    assert [one.hex()[:8] for one in path] == ["0ebc5d34", "ca854ea1", "d37ee418"]
    merkle.check_consistency(6, 8, path, ROOT[5], ROOT[7])


@given(st.data())
def test_every_proof_holds_and_no_other_does(data):
    size = data.draw(st.integers(1, 8))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path = hashes(merkle.inclusion(index, size), LEAVES[:size])
    merkle.check_inclusion(ENTRIES[index], index, size, path, ROOT[size - 1])
    grown = hashes(merkle.consistency(old, size), LEAVES[:size])
    merkle.check_consistency(old, size, grown, ROOT[old - 1], ROOT[size - 1])
    for wrong in ([*path, ROOT[0]], path[:-1], [ROOT[2], *path[1:]]):
        if wrong != path:
            with pytest.raises(merkle.Wrong):
                merkle.check_inclusion(ENTRIES[index], index, size, wrong, ROOT[size - 1])
    with pytest.raises(merkle.Wrong):
        merkle.check_inclusion(b"another", index, size, path, ROOT[size - 1])
    with pytest.raises(merkle.Wrong):
        merkle.check_consistency(old, size, grown, ROOT[old - 1], merkle.EMPTY)
    with pytest.raises(merkle.Wrong):
        merkle.check_consistency(old, size, [*grown, ROOT[0]], ROOT[old - 1], ROOT[size - 1])
    if old < size:
        with pytest.raises(merkle.Wrong):
            merkle.check_consistency(old, size, grown, merkle.EMPTY, ROOT[size - 1])


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 65_536, 65_793])
def test_tiles_say_the_same_as_the_whole_tree(size):
    entries, edge, read = counted(size)
    leaves = [merkle.leaf(one) for one in entries]
    assert edge.root() == merkle.root(leaves) == merkle.hash_of(0, size, read)
    for index in {0, size // 2, size - 1}:
        path = [merkle.hash_of(low, high, read) for low, high in merkle.inclusion(index, size)]
        merkle.check_inclusion(entries[index], index, size, path, edge.root())
        grown = [merkle.hash_of(low, high, read) for low, high in merkle.consistency(index + 1, size)]
        merkle.check_consistency(index + 1, size, grown, merkle.root(leaves[: index + 1]), edge.root())


def test_a_tree_of_70000_has_the_tiles_of_the_specification():
    found = tiles.of_tree(70_000)
    assert sum(tile.level == 0 and tile.full for tile in found) == 273
    partial = [tile.path for tile in found if not tile.full]
    assert partial == ["entries/273.p/112", "0/273.p/112", "1/001.p/17", "2/000.p/1"]
    assert merkle.edge_tiles(70_000) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]


def test_a_tile_has_one_address():
    assert tiles.parse("0/x001/x234/067") == tiles.Tile(0, 1_234_067, 256)
    assert tiles.parse("entries/x001/234.p/7") == tiles.Tile(None, 1_234, 7)
    for other in (
        "00/000",
        "64/000",
        "0/0",
        "0/x000/001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000/",
        "0/../000",
        "0/٠٠٠",
    ):
        assert tiles.parse(other) is None, other


def test_a_note_is_signed_as_the_specification_shows():
    text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n"
    note = notes.signed(text, name="quasimodo.example/salvatore", public_key=PUBLIC, sign=KEY.sign)
    assert notes.opened(note, [Ed25519PrivateKey.generate().public_key(), PUBLIC]) == text
    signature = notes._unbased(note.rsplit(" ", 1)[1].strip())
    assert (len(signature), signature[:4]) == (
        68,
        notes.key_id("quasimodo.example/salvatore", PUBLIC),
    )


def test_the_note_of_the_specification_opens_with_its_key_alone():
    """key, note and signature of golang.org/x/mod/sumdb/note."""
    key = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    public = Ed25519PublicKey.from_public_bytes(notes._unbased(key)[1:])
    assert notes.verifier_key("PeterNeumann", public) == f"PeterNeumann+c74f20a3+{key}"
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert notes.opened(f"{text}\n— PeterNeumann {signature}\n", [public]) == text
    with pytest.raises(notes.NotGenuine, match="does not belong to this text"):
        notes.opened(f"{text[1:]}\n— PeterNeumann {signature}\n", [public])
    with pytest.raises(notes.NotGenuine, match="none of the signatures"):
        notes.opened(f"{text}\n— PeterNeumann {signature}\n", [PUBLIC])


def shown():
    head = notes.Checkpoint("example.org/log", 8, ROOT[7])
    note = notes.signed(head.text, name=head.origin, public_key=PUBLIC, sign=KEY.sign)
    path = tuple(hashes(merkle.inclusion(5, 8), LEAVES))
    return notes.Proof(b"{}", 5, path, note), head


def test_a_proof_comes_back_from_its_text_and_leads_to_the_checkpoint():
    proof, head = shown()
    assert notes.proof(proof.text) == proof
    assert notes.proven(proof.text, ENTRIES[5], [PUBLIC]) == head
    with pytest.raises(merkle.Wrong):
        notes.proven(proof.text, ENTRIES[4], [PUBLIC])


@given(st.integers(0, 700), st.binary(min_size=1, max_size=3))
def test_no_altered_proof_is_taken(place, other):
    proof, _ = shown()
    text = proof.text.encode()
    altered = text[:place] + other + text[place + len(other) :]
    told = altered.decode(errors="replace")
    try:
        head = notes.proven(told, ENTRIES[5], [PUBLIC])
    except (notes.NotGenuine, merkle.Wrong):
        return
    # What is not bound is the extra, which the entry is worked out from.
    assert head == shown()[1]
    assert notes.proof(told).path == proof.path


def test_an_entry_says_nothing_without_its_salt_and_changes_with_everything_that_it_binds():
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    facts = {"credential": "AIMS-LI-7K3M-9Q2X", "kind": "granted", "recorded_at": records.moment(at)}
    told = records.record(records.Happened(facts, {"actor": 7}), bytes(32))
    entry = records.entry(told, bytes(32))
    assert entry.hex() == ENTRY
    assert records.uncarried(records.carried(told, bytes(32))) == (told, bytes(32))
    others = {
        records.entry(told, b"\1" * 32),
        records.entry(told | {"kind": "withdrawn"}, bytes(32)),
        records.entry(records.record(records.Happened(facts, {"actor": 8}), bytes(32)), bytes(32)),
    }
    assert len(others | {entry}) == 4
