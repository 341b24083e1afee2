"""From a manifest and an observed user to the calls that make the one like the other."""
