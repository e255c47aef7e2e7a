"""What is measured, a file for each: ``measure(plan)`` gives its figures as they come."""
