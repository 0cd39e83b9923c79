"""When two full names of an acronym are the same."""

import pytest

from paperkg.link.full_names import folded, same_full_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Low-Rank Adaptation", "low-rank adapters"),
        ("Direct Preference Optimization", "Direct Preference Optimisation"),
        (
            "reinforcement learning from verifiable rewards",
            "Reinforcement Learning with Verifiable Reward",
        ),
        ("Fine-Tuning of Kites", "finetuning kites"),
        ("Structural Similarity", "Structural Similarity Index Measure"),
        ("Fréchet Inception Distance", "Fr\\'echet inception distance"),
        ("Contrastive Language-Image Pre-training", "contrastive language image pretraining model"),
        ("Visual Autoregressive Modeling", "Visual Auto-Regressive modelling"),
        ("Quiet Kite Search Engine", "Quiet Kite Search"),
    ],
)
def test_endings_spelling_and_head_nouns_do_not_matter(one, other):
    assert same_full_name(one, other) and same_full_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Group Relative Policy Optimization", "Group Reward Policy Optimization"),
        ("Visual Autoregressive", "Vector Autoregressive"),
        ("Conformal Prediction", "Canonical Polyadic"),
        ("Mean Absolute Error", "Masked Autoencoder"),
        ("Retrieval-Augmented Generation", "Random Apple Grid"),
        ("Kite Search", "Kite"),
        ("Attack Success Rate", "Automatic Speech Recognition"),
    ],
)
def test_other_words_make_another_name(one, other):
    assert not same_full_name(one, other)


def test_names_of_several_words_meet_in_british_spelling_and_with_inner_plurals():
    assert folded("kite optimisation") == folded("Kite Optimization")
    assert folded("Kites Behaviour Model") == folded("kite behavior models")
    assert folded("Kite Search") != folded("Kite Starch")
