"""Rules beyond the schema: what a manifest may say, judged before any call."""
