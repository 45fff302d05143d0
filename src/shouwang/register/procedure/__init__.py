"""Procedure (程序): cases that walk the steps of a policy pack in their order; the database refuses a step out of turn."""
