"""What install.py does. Standard library and core.bridge only, Python 3.10 and newer.

``command`` reads the command line, ``steps`` is the order of things; each other module knows one
subject.
"""
