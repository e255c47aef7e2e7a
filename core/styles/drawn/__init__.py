"""The styles that come with Impasto: original pictures, each drawn by a small program.

A file draws one. Styles that teach a network much have everything from dark to light, and one way
of handling paint everywhere.
"""
