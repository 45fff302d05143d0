"""Chance (随机): one independent stream of draws per seed, block of households and topic, and weighted choices."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

Numbers = np.ndarray


class Draws:
    """Streams of random numbers for one block: a new topic never changes what another topic draws."""

    def __init__(self, seed: int, block: int) -> None:
        self.seed = seed
        self.block = block

    def of(self, topic: str) -> np.random.Generator:
        """The generator of one topic, the same for the same seed, block and topic."""
        return np.random.Generator(np.random.PCG64([self.seed, self.block, zlib.crc32(topic.encode())]))


def choose(rng: np.random.Generator, weights: Sequence[float] | Numbers, size: int) -> Numbers:
    """Indices drawn with the given weights (they need not sum to one)."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)


def choose_by(rng: np.random.Generator, table: Sequence[Sequence[float]], group: Numbers) -> Numbers:
    """For every row an index drawn with the weights of its group: ``table[group]``."""
    edges = np.cumsum(np.asarray(table, dtype=float), axis=1)
    edges /= edges[:, -1:]
    drawn = rng.random(len(group))
    picked = np.zeros(len(group), dtype=np.int64)
    for edge in edges.T[:-1]:
        picked += drawn >= edge[group]
    return picked


def happens(rng: np.random.Generator, probability: float | Numbers, size: int) -> Numbers:
    """Booleans, true with the given probability (one number or one per row)."""
    return rng.random(size) < probability


def around(rng: np.random.Generator, median: float | Numbers, spread: float, size: int) -> Numbers:
    """Positive numbers around a median, log-normal with the given spread of the logarithm."""
    return np.asarray(median) * np.exp(rng.normal(0.0, spread, size))


def by_age(age: Numbers, edges: Sequence[int], values: Sequence[float]) -> Numbers:
    """The value of everyone's age band: ``values[k]`` from ``edges[k-1]`` on, below ``edges[k]``."""
    return np.asarray(values)[np.searchsorted(np.asarray(edges), age, side="right")]


def in_order(rng: np.random.Generator, eligible: Numbers, count: int) -> Numbers:
    """Indices of up to ``count`` eligible rows, chosen at random and returned sorted."""
    rows = np.flatnonzero(eligible)
    if len(rows) > count:
        rows = rng.choice(rows, size=count, replace=False)
    return np.sort(rows)
