"""Which of several processes acts."""
