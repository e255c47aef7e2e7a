"""Line drawings: their ink, the shapes their lines enclose, and the reference that fits them."""
