"""PaperKG: a knowledge graph of machine-learning papers from titles and abstracts."""
