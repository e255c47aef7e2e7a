"""A job from request to new layer: regions, a method for each, and what is told on the way."""
