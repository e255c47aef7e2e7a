"""What the command line can do: one subcommand a file, each with its options and its run."""
