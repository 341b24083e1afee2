"""The demonstration behind `make demo`: the whole product on this machine, told act by act.

Here belongs what is shown and what has to be observed. How the cluster, the simulator and the operator are started
belongs to local_cluster, connect_sim and local_stack.
"""
