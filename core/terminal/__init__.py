"""What a program of ours does at a terminal: streams, signals, one live line, the log file."""
