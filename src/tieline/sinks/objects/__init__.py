"""Files in an object store or a folder as a sink."""

from tieline.sinks.objects.bucket import Bucket, open_bucket
from tieline.sinks.objects.sink import ObjectSink

__all__ = ["Bucket", "ObjectSink", "open_bucket"]
