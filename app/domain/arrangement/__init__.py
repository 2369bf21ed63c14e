"""Arrangements across INTs: the record drafted from the figures, its calculators, its review and its sign-off."""
