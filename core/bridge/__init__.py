"""What hosts and engine share: settings, pixels, geometry, the wire, the client.

Standard library only, Python 3.10 to 3.14. ``install.py`` copies this package into each
plug-in's own folder, so its modules import each other relatively and nothing else.
"""

VERSION = "0.1.0"
