"""`connect-operator status`: every instance and its users at a glance, from what the cluster's objects say."""
