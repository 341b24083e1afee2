"""How names, times and hostile text are written and compared."""
