"""What a painting comes to, before it is painted and while it is."""
