"""Machines (部门系统): which systems of other departments may speak to us, with which keys, and what they are told."""
