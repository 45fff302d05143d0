"""Sheets (表格): strangers' workbooks and text tables read safely, and our own written so that text stays text."""
