"""`connect-operator explain`: what a reason of a condition means, and what to do."""
