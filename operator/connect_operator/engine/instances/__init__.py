"""What is known of an Amazon Connect instance: users, references, deletions, and how calls are made."""
