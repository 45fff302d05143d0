"""Screening (筛查): rules over all households, published as graded and explained warnings."""
