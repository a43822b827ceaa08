"""How fast the suite is, each time against a named reference, in one run."""
