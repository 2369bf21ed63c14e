"""A bounded memory of tiles."""

from __future__ import annotations

from app.services.tiling.held import Held


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    held = Held(room=10)
    held.keep("a", b"1234")
    held.keep("b", b"1234")
    assert held.get("a") == b"1234"
    held.keep("c", b"1234")
    assert held.get("b") is None
    assert (held.get("a"), held.get("c")) == (b"1234", b"1234")


def test_a_tile_kept_again_takes_its_room_once_and_one_too_large_is_not_kept() -> None:
    held = Held(room=10)
    for _ in range(5):
        held.keep("a", b"123456")
    held.keep("b", b"1234")
    assert held.get("a") == b"123456"
    assert held.get("b") == b"1234"
    held.keep("c", b"x" * 11)
    assert held.get("c") is None


def test_an_empty_tile_is_known_to_be_empty() -> None:
    held = Held()
    held.keep("a", b"")
    assert held.get("a") == b""
