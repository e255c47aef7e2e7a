"""The decisions of a dialog, once for all hosts and without a toolkit."""
