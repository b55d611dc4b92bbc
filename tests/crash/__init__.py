"""A disk that loses what was not forced to it, and lives that go on from what is left."""
