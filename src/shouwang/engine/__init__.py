"""Bulk rule engine (规则引擎): one meaning of facts, rules and checks, carried out by several backends; no Django."""
