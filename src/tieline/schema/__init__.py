"""The small language of fields and datasets, and the shapes derived from it."""

from tieline.schema.field import Dataset, Field, Type

__all__ = ["Dataset", "Field", "Type"]
