"""What the simulated account holds: records, the tables they live in, switches, and their file."""
