"""When something is done: queues, quotas, token buckets, back-off."""
