"""Determination (识别认定): from a clue to a decision by people, each step as the pack has it."""
