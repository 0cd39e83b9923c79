# `make demo` and `make test` need Python 3.11 or newer, and nothing else beforehand.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test lint format train scores readme clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(VENV)/ready ## build the bundled sample and say where to look
	$(BIN)/paperkg demo

test: $(VENV)/ready ## run the tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

lint: $(VENV)/ready ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/ready ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/torch: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	@touch $@

train: $(VENV)/torch ## make the shipped extractor again from ../shared (an hour)
	$(BIN)/python training/train.py ../shared -o src/paperkg/data/pipeline

scores: $(VENV)/torch ## cross-validate the extractor's recipe (an hour)
	$(BIN)/python training/train.py ../shared

readme: $(VENV)/ready ## bring the outputs shown in README.md up to date
	$(BIN)/paperkg demo >/dev/null
	$(BIN)/python docs/refresh.py

clean: ## remove what the commands above made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache outputs/page outputs/sample
