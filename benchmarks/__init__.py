"""Benchmarks: timings beside those of peers; never part of the tests."""
