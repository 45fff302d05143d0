"""Assistance (一户一策): what answers a household's risks, who gives it until when, and what came of it."""
