"""Files written together: all of them, in their order, and none of them half, on a disk that is synced as a whole or file by file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tieout.connectors import durable
from tieout.connectors.durable import write_together

Files = list[tuple[Path, bytes]]


@pytest.fixture(params=["whole", "each"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways on whatever disk the tests run; the sync of the whole is left to `fsync` where the system has no other."""
    monkeypatch.setattr(durable, "synced_whole", lambda _: request.param == "whole")
    if durable._syncfs() is None:
        monkeypatch.setattr(durable, "_sync_whole", os.fsync)
    return str(request.param)


def rounds(folder: Path) -> list[Files]:
    return [
        [(folder / f"{k}.csv", b"table %d" % k) for k in range(20)],
        [(folder / f"{k}.json", b"{%d}" % k) for k in range(20)],
    ]


@pytest.mark.usefixtures("way")
def test_all_are_there_and_nothing_else(tmp_path: Path) -> None:
    write_together(rounds(tmp_path))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: content for files in rounds(tmp_path) for path, content in files
    }


@pytest.mark.usefixtures("way")
def test_what_is_there_already_is_replaced_in_one_piece(tmp_path: Path) -> None:
    (tmp_path / "0.csv").write_bytes(b"an older and longer table")
    write_together(rounds(tmp_path))
    assert (tmp_path / "0.csv").read_bytes() == b"table 0"


@pytest.mark.usefixtures("way")
def test_no_name_of_a_later_round_appears_before_all_of_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    rename = os.rename

    def seen(source: str, target: str | Path) -> None:
        names.append(Path(target).suffix)
        rename(source, target)

    monkeypatch.setattr(os, "rename", seen)
    write_together(rounds(tmp_path))
    assert names == [".csv"] * 20 + [".json"] * 20


def test_every_content_is_synced_before_any_name_appears(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []

    def noted(name: str, do: Callable[..., object]) -> Callable[..., object]:
        def done(*given: object) -> object:
            happened.append(name)
            return do(*given)

        return done

    monkeypatch.setattr(os, "rename", noted("named", os.rename))
    if way == "whole":
        monkeypatch.setattr(durable, "_sync_whole", noted("synced", durable._sync_whole))
        write_together(rounds(tmp_path))
        assert happened == ["synced"] + ["named"] * 40
    else:
        monkeypatch.setattr(os, "fsync", noted("synced", os.fsync))
        monkeypatch.setattr(durable, "_WRITERS", 1)
        write_together(rounds(tmp_path))
        assert happened == (["synced", "named"] * 20 + ["synced"]) * 2


def test_a_disk_that_fails_leaves_no_name_and_nothing_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "synced_whole", lambda _: True)
    monkeypatch.setattr(durable, "_sync_whole", full)
    with pytest.raises(OSError, match="No space left"):
        write_together(rounds(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_nothing(tmp_path: Path) -> None:
    write_together([[], []])
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_file_system_is_synced_file_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_type_of", lambda _: "cifs")
    assert not durable.synced_whole(tmp_path)


def test_two_folders_are_both_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(durable, "synced_whole", lambda _: True)
    monkeypatch.setattr(durable, "_sync_whole", synced.append)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write_together([[(tmp_path / "a" / "1", b"one")], [(tmp_path / "b" / "2", b"two")]])
    assert len(set(synced)) == 2
    assert (tmp_path / "a" / "1").read_bytes() + (tmp_path / "b" / "2").read_bytes() == b"onetwo"
