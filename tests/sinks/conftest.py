"""A home to follow."""

from tests.flow.conftest import bench as bench
