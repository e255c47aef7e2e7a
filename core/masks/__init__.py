"""Soft masks: a selection's edge, and the subject of a picture where nobody drew one."""
