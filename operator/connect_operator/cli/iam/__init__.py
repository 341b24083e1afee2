"""`connect-operator iam-policy`: the least IAM policy, made from the table of the calls that the operator makes."""
