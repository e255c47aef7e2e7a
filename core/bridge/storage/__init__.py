"""Files of a person's own: where they lie, how they are read and written whole."""
