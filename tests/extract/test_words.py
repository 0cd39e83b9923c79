"""A document's tokens as plain lists say what spaCy's tokens say."""

from paperkg.extract import load_pipeline
from paperkg.extract.words import texts_of, words_of

TEXT = "Kites: A Study\nWe fly kites, e.g. BERT-7B. They fall.  \n Then\twe stop."


def test_words_are_what_the_tokens_are():
    doc = load_pipeline()(TEXT)
    words = words_of(doc)
    assert words.texts == [t.text for t in doc]
    assert words.lower == [t.lower_ for t in doc]
    assert words.spaced == [bool(t.whitespace_) for t in doc]
    assert [i for i, start in enumerate(words.starts) if start] == [s.start for s in doc.sents]
    for sentence in doc.sents:
        for token in sentence:
            assert (words.first[token.i], words.last[token.i]) == (sentence.start, sentence.end)
    assert doc[: words.title_end].text == "Kites: A Study\n"


def test_a_text_without_a_line_end_has_no_title():
    assert words_of(load_pipeline()("We fly kites.")).title_end == 0


def test_no_text_has_no_words():
    words = words_of(load_pipeline().make_doc(""))
    assert (words.texts, words.starts, words.title_end) == ([], [], 0)


def test_texts_are_read_anew_where_tokens_were_merged():
    doc = load_pipeline().make_doc("We fly kites.")
    assert texts_of(doc, len(doc)) == ["We", "fly", "kites", "."]
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[1:3])
    assert texts_of(doc, len(doc)) == ["We", "fly kites", "."]
