"""Which known group may be behind a cluster: probability, rivals, none of these."""
