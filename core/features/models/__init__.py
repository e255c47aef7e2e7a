"""Networks that are known by name: a descriptor of layers and weights each."""
