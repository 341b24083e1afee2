"""`connect-operator diff`: the people of two instances, compared by username."""
