"""The shipped catalogue, and files that are none."""

from collections import Counter

import pytest
from pyoxigraph import NamedNode

from paperkg.catalog import load_catalog
from paperkg.errors import PaperKGError
from paperkg.records import TYPES


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


def test_it_is_large_and_holds_every_type(catalog):
    assert len(catalog.entries) >= 7000
    counts = Counter(e.type for e in catalog.entries.values())
    assert set(counts) == set(TYPES)
    assert min(counts.values()) > 100


def test_every_id_is_a_legal_path(catalog):
    for id_, entry in catalog.entries.items():
        assert id_ == entry.id
        assert id_.startswith(f"{entry.type.lower()}/") and id_.count("/") == 1
        NamedNode(f"https://w3id.org/paperkg/{id_}")
        for iri in (*entry.same_as, *filter(None, [entry.homepage])):
            NamedNode(iri)


@pytest.mark.parametrize(
    ("surface", "id_"),
    [
        ("gpt 4", "model/gpt-4"),
        ("Llama-2", "model/llama-2"),
        ("HuggingFace", "organization/hugging-face"),
        ("$\\tau$-bench", "benchmark/tau-bench"),
        ("Massive Multitask Language Understanding", "benchmark/mmlu"),
        ("Low-Rank Adaptation", "method/lora"),
        ("word error rate", "metric/wer"),
        ("common crawl", "dataset/common-crawl"),
    ],
)
def test_well_known_names_are_found_by_any_spelling(catalog, surface, id_):
    assert id_ in [e.id for e in catalog.candidates(surface)]


def test_ordinary_words_are_marked_as_such(catalog):
    names = [("Method", "Adam"), ("Model", "SAM"), ("Model", "Claude"), ("Organization", "Meta")]
    assert all(catalog.named(type_, name).context for type_, name in names)
    assert not catalog.named("Model", "GPT-4").context


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("type,name\nModel,Kite\nModle,Lantern\n", r"bad\.csv:3: needs a name and a type"),
        ("type,name\nModel,Kite\nModel,  \n", r"bad\.csv:3: needs a name and a type"),
        ("type,name\r\n\r\nModel\r\n", r"bad\.csv:3: needs a name and a type"),
        ('type,name\nModel,"Kite\nNet"\nKite,B\n', r"bad\.csv:4: needs a name and a type"),
        ("kind,label\nModel,Kite\n", r"bad\.csv:1: no `type` and `name` columns"),
        ("", r"bad\.csv:1: no `type` and `name` columns"),
    ],
)
def test_a_bad_row_is_told_by_file_and_line(tmp_path, text, where):
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8", newline="")
    with pytest.raises(PaperKGError, match=where):
        load_catalog(str(tmp_path))


@pytest.mark.parametrize("again", ["Kite Net", "kite-net", "KITE  NET"])
def test_a_name_may_stand_once_in_a_type(tmp_path, again):
    for type_ in ("Method", "Model"):
        (tmp_path / type_).mkdir()
        text = f"type,name\nModel,Kite Net\n{type_},{again}\n"
        (tmp_path / type_ / "kites.csv").write_text(text, "utf-8")
    assert len(load_catalog(str(tmp_path / "Method")).entries) == 2
    with pytest.raises(PaperKGError, match="stands twice as a Model"):
        load_catalog(str(tmp_path / "Model"))


def test_a_folder_without_a_catalogue_is_told(tmp_path):
    with pytest.raises(PaperKGError, match="no catalogue file"):
        load_catalog(str(tmp_path))


def own(folder, *rows, name="own.csv", columns="type,name,aliases,maker,context"):
    """A user's catalogue file of some rows."""
    path = folder / name
    path.write_text("\n".join([columns, *rows]) + "\n", "utf-8")
    return str(path)


def test_a_users_type_and_names_join_the_catalogue(tmp_path, catalog):
    both = load_catalog(own=own(tmp_path, "Robot,Strollbot,Strollbot II|SB-2"))
    assert len(both.entries) == len(catalog.entries) + 1
    for surface in ("strollbot", "Strollbot-II", "SB2"):
        assert [e.id for e in both.candidates(surface)] == ["robot/strollbot"]
    assert "robot/strollbot" not in load_catalog().entries


def test_a_users_alias_comes_before_a_name_of_ours(tmp_path):
    both = load_catalog(own=[own(tmp_path, "Model,Oakspeaker,BERT")])
    assert both.named("Model", "BERT").id == both.candidates("BERT")[0].id == "model/oakspeaker"


def test_a_users_row_adds_to_what_is_known_of_an_entity(tmp_path, catalog):
    both = load_catalog(own=own(tmp_path, "Model,gpt 4,Oakspeaker"))
    mine, ours = both.entries["model/gpt-4"], catalog.entries["model/gpt-4"]
    assert mine.name == "gpt 4" and both.candidates("Oakspeaker") == [mine]
    assert set(ours.surfaces) < set(mine.surfaces)
    assert (mine.maker, mine.family) == (ours.maker, ours.family) == ("OpenAI", "GPT")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["Robot,Spot", "robot,Spot"], r"own\.csv:3: needs a name and a type out of .* your own"),
        (["Paper,Spot"], r"own\.csv:2: needs a name and a type"),
        (["TASK,Spot"], r"own\.csv:2: needs a name and a type"),
        (["MODEL,Spot"], r"own\.csv:2: needs a name and a type"),
        (["Robot Arm,Spot"], r"own\.csv:2: needs a name and a type"),
        (["<b>Robot</b>,Spot"], r"own\.csv:2: needs a name and a type"),
        (["R,Spot"], r"own\.csv:2: needs a name and a type"),
        ([f"R{'o' * 40}t,Spot"], r"own\.csv:2: needs a name and a type"),
        (["Robot,"], r"own\.csv:2: needs a name and a type"),
        (["Robot,-"], r"own\.csv:2: needs a name and a type"),
        (["Robot,Spot", "ROBOT,Atlas"], r"own\.csv:3: type ROBOT is written Robot before"),
        (["Robot,Spot", "Robot,SPOT"], r"own\.csv:3: 'SPOT' stands twice as a Robot"),
    ],
)
def test_a_users_bad_row_is_told_by_file_and_line(tmp_path, rows, told):
    with pytest.raises(PaperKGError, match=told):
        load_catalog(own=own(tmp_path, *rows))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("type;name", r"own\.csv:1: no `type` and `name` columns; see type, name, aliases"),
        ("type,name,alias", r"own\.csv:1: no column is called alias; see type, name, aliases"),
    ],
)
def test_columns_that_mean_nothing_are_told(tmp_path, columns, told):
    with pytest.raises(PaperKGError, match=told):
        load_catalog(own=own(tmp_path, columns=columns))


def test_a_name_may_not_stand_in_two_of_a_users_files(tmp_path):
    files = [own(tmp_path, "Robot,Spot", name=name) for name in ("a.csv", "b.csv")]
    with pytest.raises(PaperKGError, match=r"b\.csv:2: 'Spot' stands twice"):
        load_catalog(own=files)


def test_a_users_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(PaperKGError, match=r"absent\.csv: No such file"):
        load_catalog(own="absent.csv")
    with pytest.raises(PaperKGError, match=r"standard input: .*; save it first"):
        load_catalog(own="-")
    (tmp_path / "latin.csv").write_bytes(b"type,name\nRobot,Caf\xe9bot\n")
    with pytest.raises(PaperKGError, match=r"latin\.csv:2: not UTF-8"):
        load_catalog(own=str(tmp_path / "latin.csv"))


def test_a_row_gives_an_entry_with_all_its_cells(tmp_path):
    (tmp_path / "kites.csv").write_text(
        "type,name,aliases,family,maker,context,huggingface,paperswithcode,homepage\n"
        "Benchmark,KiteQA, Kites | Kite Questions |,Kite,Kite Lab,yes,kites/qa,kiteqa,https://k.org\n",
        "utf-8",
    )
    [entry] = load_catalog(str(tmp_path)).entries.values()
    assert entry.surfaces == ("KiteQA", "Kites", "Kite Questions")
    assert (entry.family, entry.maker, entry.context) == ("Kite", "Kite Lab", True)
    assert entry.same_as == (
        "https://huggingface.co/datasets/kites/qa",
        "https://paperswithcode.com/dataset/kiteqa",
    )


def test_cells_that_a_row_lacks_or_has_too_many_do_no_harm(tmp_path):
    rows = "type,name,aliases,maker\nModel,KiteNet\n\nModel,KiteX,KX,Kite Lab,more\n"
    (tmp_path / "kites.csv").write_text(rows, "utf-8")
    net, x = load_catalog(str(tmp_path)).entries.values()
    assert (net.surfaces, net.maker) == (("KiteNet",), "")
    assert (x.surfaces, x.maker) == (("KiteX", "KX"), "Kite Lab")


@pytest.mark.parametrize(
    ("type_", "id_", "iri"),
    [
        ("Dataset", "kites/qa", "https://huggingface.co/datasets/kites/qa"),
        ("Benchmark", "kites/qa", "https://huggingface.co/datasets/kites/qa"),
        ("Model", "kites/net", "https://huggingface.co/kites/net"),
        ("Organization", "kites", "https://huggingface.co/kites"),
    ],
)
def test_an_id_on_the_hub_is_one_of_the_rows_type(tmp_path, type_, id_, iri):
    both = load_catalog(own=own(tmp_path, f"{type_},Kiter,{id_}", columns="type,name,huggingface"))
    assert both.named(type_, "Kiter").same_as == (iri,)


def test_ids_elsewhere_give_iris_and_add_to_the_shipped_ones(tmp_path, catalog):
    rows = ["Organization,Kite Lab,Q21708200,00f54p054", "Dataset,BookCorpus,Q7,"]
    both = load_catalog(own=own(tmp_path, *rows, columns="type,name,wikidata,ror"))
    assert both.entries["organization/kite-lab"].same_as == (
        "http://www.wikidata.org/entity/Q21708200",
        "https://ror.org/00f54p054",
    )
    shipped = catalog.entries["dataset/bookcorpus"].same_as
    assert len(shipped) == 2
    assert both.entries["dataset/bookcorpus"].same_as == (
        "http://www.wikidata.org/entity/Q7",
        *shipped,
    )


def test_a_users_id_takes_the_place_of_the_shipped_one_on_its_site(tmp_path):
    row = own(tmp_path, "Dataset,BookCorpus,kites/books", columns="type,name,huggingface")
    assert load_catalog(own=row).entries["dataset/bookcorpus"].same_as == (
        "https://huggingface.co/datasets/kites/books",
        "https://paperswithcode.com/dataset/bookcorpus",
    )


@pytest.mark.parametrize(
    ("column", "id_", "told"),
    [
        ("wikidata", "21708200", r"'21708200' is no wikidata id; write it like Q21708200"),
        ("wikidata", "Q1 Q2", "is no wikidata id"),
        ("wikidata", "Q٣", "is no wikidata id"),
        ("wikidata", "http://www.wikidata.org/entity/Q1", "is no wikidata id"),
        ("ror", "00f54p05", r"'00f54p05' is no ror id; write it like 00f54p054"),
        ("ror", "00i54p054", "is no ror id"),
        ("ror", "https://ror.org/00f54p054", "is no ror id"),
    ],
)
def test_an_id_of_another_form_is_told_by_file_and_line(tmp_path, column, id_, told):
    path = own(tmp_path, "Model,Kite,", f"Model,Lantern,{id_}", columns=f"type,name,{column}")
    with pytest.raises(PaperKGError, match=rf"own\.csv:3: .*{told}"):
        load_catalog(own=path)
