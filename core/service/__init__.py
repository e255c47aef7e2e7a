"""The worker: a process of its own with warm networks, one for all hosts of a user."""
