"""Linkage (人员比对): exact numbers, repaired numbers, then weights that Splink has learnt, on DuckDB; no Django."""

from shouwang.engine.linking.agreement import FIELDS
from shouwang.engine.linking.latin import LATIN
from shouwang.engine.linking.linkage import Linkage, Linked
from shouwang.engine.linking.model import load_model
from shouwang.engine.linking.scheme import Scheme
from shouwang.engine.linking.unlabelled import link_unlabelled

__all__ = ["FIELDS", "LATIN", "Linkage", "Linked", "Scheme", "link_unlabelled", "load_model"]
