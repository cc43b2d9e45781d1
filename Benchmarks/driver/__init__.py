"""`make bench`: HTTPKit and the services against what else there is, on loopback."""
