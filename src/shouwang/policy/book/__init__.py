"""The rule book (规则手册): everything a pack says on one day, in words, with numbers, dates, clauses and worked cases."""

from shouwang.policy.book.entries import KINDS, VERIFIED, Entry, Table, found
from shouwang.policy.book.writing import PERIODS, rule_book

__all__ = ["KINDS", "PERIODS", "VERIFIED", "Entry", "Table", "found", "rule_book"]
