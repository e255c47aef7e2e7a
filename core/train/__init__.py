"""Feature networks that a user trains: data, models, the training itself, and the command."""
