"""Long work, off the request: workers, and what a worker does."""
