"""The benchmark, which measures every figure that Impasto claims on the machine that it runs on."""
