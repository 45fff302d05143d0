"""Clues (线索): what may be wrong with a household, put together per household, until people have looked."""
