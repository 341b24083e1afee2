"""`connect-operator check`: does an operator run here, with which rights, credentials and versions.

command    the command line
work       from the command line to the table
findings   one line of the table
running    whether an operator runs
rights     what the operator needs of Kubernetes, and whether it may
state      the API server, the definitions, the ConnectInstances, AWS's credentials
"""
