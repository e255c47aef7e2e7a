"""Styles as pictures: to look through, to search, to add to."""
