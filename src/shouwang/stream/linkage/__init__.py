"""Linkage (人户匹配): rows of department files become rows of known people and households."""
