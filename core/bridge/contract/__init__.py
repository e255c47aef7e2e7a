"""The vocabulary that hosts and engine share: knobs, settings, requests, pixels, geometry."""
