"""The shipped catalogue is sound, and every fault of another is told by its place."""

import pytest

from paperkg.curate import catalog_check

COLUMNS = "type,name,aliases,family,maker,homepage"


def faults(folder, *rows):
    """The faults of a user's catalogue file of some rows: line and text."""
    path = folder / "own.csv"
    path.write_text("\n".join([COLUMNS, *rows]) + "\n", "utf-8")
    found = catalog_check(str(path))
    found = found[(found["file"] == str(path)) & (found["level"] == "fault")]
    return list(zip(found["line"], found["fault"], strict=True))


def test_the_shipped_catalogue_has_no_fault():
    found = catalog_check()
    assert found[found["level"] == "fault"].empty, found.to_string()


def test_a_sound_file_has_none(tmp_path):
    rows = ["Organization,Kite Lab,,,,https://kites.example", "Model,Kite 2,,Kite,Kite Lab,"]
    assert faults(tmp_path, *rows, "Model,Kite,,,,") == []


@pytest.mark.parametrize(
    ("rows", "line", "told"),
    [
        (["Model,Kite,,,,", "Model,kite,,,,"], 3, "'kite' stands for 'Kite'"),
        (["Model,Kite,,,,", "Model,Swift,KITE,,,"], 3, "'KITE' stands for 'Kite'"),
        (["Model,Oakspeaker,GPT-4,,,"], 2, "'GPT-4' stands for 'GPT-4'"),
        (["Model,Kite 2,,Kite,,"], 2, "family 'Kite' is no Model"),
        (["Model,Kite 2,,,Kite Lab,"], 2, "maker 'Kite Lab' is no Organization"),
        (["Model,Kite,,Swift,,", "Model,Swift,,Kite,,"], 2, "'Kite' is in a family of itself"),
        (["Model,Kite,K,,,"], 2, "'K' has less than two letters"),
        (["Modle Kite,Kite,,,,"], 2, "needs a type and a name"),
        (["Model,,,,,"], 2, "needs a type and a name"),
        (["Model,Kite,,,,kites.example"], 2, "homepage 'kites.example' is no web address"),
    ],
)
def test_a_fault_is_told_by_its_line(tmp_path, rows, line, told):
    found = faults(tmp_path, *rows)
    assert any(at == line and told in fault for at, fault in found), found


def test_an_alias_that_says_nothing_new_is_only_a_warning(tmp_path):
    assert faults(tmp_path, "Model,Kite Net,kite-net,,,") == []
    found = catalog_check(str(tmp_path / "own.csv"))
    assert "'kite-net' is known without being listed" in set(found["fault"])
