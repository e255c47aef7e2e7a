"""Paint for a finer scale, patch by patch from the styles' own pixels."""
