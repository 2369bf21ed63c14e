"""Coterminous: where PCNs and neighbourhoods do not fit, by how many patients, and what could be done."""
