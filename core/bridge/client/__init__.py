"""The way to the worker: a private socket, messages, and a job as its client sees it."""
