"""Sheets exchanged with the national system (对接表格): taken in, compared field by field, taken over, sent up."""
