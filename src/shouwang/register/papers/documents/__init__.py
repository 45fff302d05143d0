"""Documents (文档): Word files opened safely, checked, filled, packed the same way every time, and printed as PDF."""
