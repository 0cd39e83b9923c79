"""Tests of what pipelines are trained on."""
