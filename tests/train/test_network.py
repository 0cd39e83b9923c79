"""The network as it is trained and as it is used are one network, but for quantisation."""

import numpy as np
import pytest

from paperkg.extract.lexicon import Lexicon
from paperkg.extract.pipeline import blank_pipeline
from paperkg.extract.recognizer import label_names

pytest.importorskip("onnx", reason="needs onnx: pip install 'paperkg[train]'")
torch = pytest.importorskip("torch", reason="needs PyTorch: pip install 'paperkg[train]'")

from paperkg.extract.features import token_marks  # noqa: E402
from paperkg.extract.words import words_of  # noqa: E402
from paperkg.train.learn import Recipe, encoded, fit, learn_words, prepared, token_labels  # noqa: E402
from paperkg.train.network import Tagger, WordTable, batch_of  # noqa: E402

LABELS = label_names(["Model", "Dataset"])
TEXTS = [
    "Kites\nWe present KiteNet, a model of kites. KiteNet flies over the Tidepool corpus.",
    "Rivers\nWe fine-tune Larkspur-7B, a model, on the Riverbed corpus of rivers.",
    "A\nB",
]
NAMES = [
    [("KiteNet", "Model"), ("Tidepool", "Dataset")],
    [("Larkspur-7B", "Model"), ("Riverbed", "Dataset")],
    [],
]


@pytest.fixture(scope="module")
def lesson():
    """A table of words, documents, and their labels."""
    table = WordTable(Lexicon({"we": 900, "a": 999, "model": 100, "corpus": 80, "kites": 30}))
    docs = list(prepared(blank_pipeline(), TEXTS))
    goals = []
    for doc, text, names in zip(docs, TEXTS, NAMES, strict=True):
        starts = [(text.index(name), name, type_) for name, type_ in names]
        spans = [(start, start + len(name), type_) for start, name, type_ in starts]
        goals.append(token_labels(doc, spans, LABELS))
    return table, docs, goals


def taught(lesson, epochs):
    table, docs, goals = lesson
    tagger = Tagger(len(table.lexicon), len(LABELS))
    documents = [encoded(doc, table) for doc in docs]
    learn_words(tagger, table, documents, Recipe(1, forget_words=0.0, forget_marks=0.5))
    fit(tagger, table, list(zip(documents, goals, strict=True)), Recipe(epochs))
    return tagger


def test_both_give_the_same_probabilities(lesson):
    table, docs, _ = lesson
    tagger = taught(lesson, epochs=2)
    network = tagger.export(LABELS, table.lexicon)
    batch = batch_of([encoded(doc, table) for doc in docs], table)
    with torch.no_grad():
        theirs = torch.softmax(tagger(batch), 1).numpy()
    for doc, here in zip(docs, batch.slices, strict=True):
        ours = network(words_of(doc).texts, token_marks(doc))
        assert np.allclose(ours, theirs[here], atol=0.05)


def test_it_learns_what_it_is_taught_and_learns_it_the_same_way_every_time(lesson):
    table, docs, goals = lesson
    network = taught(lesson, epochs=60).export(LABELS, table.lexicon)
    for doc, goal in zip(docs, goals, strict=True):
        found = network(words_of(doc).texts, token_marks(doc)).argmax(axis=1)
        assert (found == goal).all()
    assert taught(lesson, epochs=60).export(LABELS, table.lexicon).to_bytes() == network.to_bytes()


def test_a_network_can_be_taken_up_with_more_labels(lesson):
    table, docs, _ = lesson
    network = taught(lesson, epochs=2).export(LABELS, table.lexicon)
    more = label_names(["Model", "Dataset", "Robot"])
    tagger = Tagger(len(table.lexicon), len(more))
    tagger.take(network)
    again = tagger.export(more, table.lexicon)
    for name, weights in network.weights.items():
        assert (again.weights[name][..., : weights.shape[-1]] == weights).all()
    assert again(words_of(docs[0]).texts, token_marks(docs[0])).shape[1] == len(more)
