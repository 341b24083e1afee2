"""A simulator of Amazon Connect's user API: a plain HTTP server for any AWS SDK."""
