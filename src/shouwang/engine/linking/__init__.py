"""Linkage (人员比对): exact numbers, repaired numbers, then weights that Splink has learnt, on DuckDB; no Django."""

from shouwang.engine.linking.agreement import FIELDS
from shouwang.engine.linking.linkage import Linkage, Linked
from shouwang.engine.linking.model import load_model

__all__ = ["FIELDS", "Linkage", "Linked", "load_model"]
