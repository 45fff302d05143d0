"""Clearance (风险消除): gates, decision, mark and revert; look-back visits and the quarterly round after it and before."""
