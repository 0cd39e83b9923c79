"""Web addresses in texts: found whole, cleaned, and told by what lies there."""

import pytest

from paperkg.addresses import addresses, hub_id, is_repository


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://github.com/kite/Oak.", ["https://github.com/kite/Oak"]),
        ("(github.com/kite/oak.git), www.kites.org/a!", [
            "https://github.com/kite/oak", "https://www.kites.org/a"]),
        ("at https://github.com/kite/\nOak and more", ["https://github.com/kite/Oak"]),
        ("\\url{http://huggingface.co/datasets/kite/oak-1}", [
            "https://huggingface.co/datasets/kite/oak-1"]),
        ("https://kite.github.io/}{https://kite.github.io/}", ["https://kite.github.io/"]),
        ("no address: e.g., i.e. and https://", []),
    ],
)  # fmt: skip
def test_addresses_are_found_whole(text, found):
    assert list(addresses(text)) == found


@pytest.mark.parametrize(
    ("address", "id_"),
    [
        ("https://github.com/kite/Oak", "github:kite/Oak"),
        ("https://gitlab.com/kite/oak/-/tree/main", "gitlab:kite/oak"),
        ("https://huggingface.co/kite/oak-7b", "huggingface:kite/oak-7b"),
        ("https://huggingface.co/datasets/kite/oak", "huggingface:datasets/kite/oak"),
        ("https://huggingface.co/spaces/kite/oak", "huggingface:spaces/kite/oak"),
        ("https://huggingface.co/papers/2401.00001", ""),
        ("https://kite.github.io/oak", ""),
        ("https://github.com/kite", ""),
    ],
)
def test_what_lies_at_an_address_has_an_id(address, id_):
    assert hub_id(address) == id_
    assert is_repository(address) == id_.startswith(("github", "gitlab"))
