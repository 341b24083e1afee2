"""The whole product on this machine: a real API server, the Connect simulator, the operator as a process of its own.

Demo, benchmarks and end-to-end tests start the very same thing from here. What they do with it is theirs.
"""

from local_stack.objects import Objects
from local_stack.operator_process import OperatorProcess
from local_stack.rights import let_generate_secrets, let_read_secrets

__all__ = ["Objects", "OperatorProcess", "let_generate_secrets", "let_read_secrets"]
