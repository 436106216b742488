"""Get what a publisher serves, unchanged: the network, snapshots, and how publishers serve."""
