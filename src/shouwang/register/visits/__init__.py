"""Visits to households (走访): who was at the door, when, and what was found there."""
