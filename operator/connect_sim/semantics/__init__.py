"""What each operation means. Pure: a function gets the world, parsed parameters and a context, and does no I/O."""
