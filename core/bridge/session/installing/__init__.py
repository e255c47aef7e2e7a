"""The page that a dialog shows as long as there is no engine: what it says, and what it does."""
