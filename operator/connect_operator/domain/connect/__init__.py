"""What Amazon Connect has and answers: users, names and ids, whose a user is, errors and their remedies."""
