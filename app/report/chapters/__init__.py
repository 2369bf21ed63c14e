"""The chapters of a paper, in its order. Each takes what was gathered and gives a section, or several."""
