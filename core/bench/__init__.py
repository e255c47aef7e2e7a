"""The benchmark: every figure that Impasto claims, measured on the machine it runs on."""
