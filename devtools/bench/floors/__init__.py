"""Programs that do next to nothing, to compare the operator with: each says "done" when it has seen all objects."""
