"""What ``make`` calls: finds or makes everything the suite needs and runs it."""
