"""Ledger (台账): who did what, when and why; rows are added and never changed."""
