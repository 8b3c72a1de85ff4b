"""A Connect instance on this machine: its API over HTTP on the loopback address.

Requests, answers and errors go through botocore's own model of the service, so nothing that AWS's
clients do not know can be asked or told; each operation is throttled at its published rate. What
the model does not say is from Amazon's documentation, and where that is silent the harsher
reading is taken: settings that an update leaves out are cleared.
"""

from local.connect_instance.buckets import Buckets
from local.connect_instance.instance import ConnectInstance
from local.connect_instance.numbers import Number
from local.connect_instance.server import serving
from local.connect_instance.virtual_time import VirtualTime

__all__ = ["Buckets", "ConnectInstance", "Number", "VirtualTime", "serving"]
