"""What the service publishes as collections of features: which there are, what is in them, and making them once."""
