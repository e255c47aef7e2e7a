"""The networks that are known by name, one descriptor each."""
