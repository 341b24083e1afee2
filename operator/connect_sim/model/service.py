"""A service as botocore's data describes it: its operations, shapes and error statuses.

The data is the same that AWS SDKs are generated from, so nothing about the wire is written down a second time here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from botocore.loaders import Loader
from botocore.model import ServiceModel

from connect_sim.errors import FRONT_DOOR_STATUS, UNKNOWN_CODE_STATUS

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape


class Service:
    """One AWS service. Operations and shapes are looked up by the names of the API reference."""

    def __init__(self, name: str) -> None:
        self.name = name
        data = Loader().load_service_model(name, "service-2")
        self._model = ServiceModel(data, name)
        self.operation_names: tuple[str, ...] = tuple(self._model.operation_names)
        self._status = {
            shape.name: int(shape.metadata.get("error", {}).get("httpStatusCode", UNKNOWN_CODE_STATUS))
            for shape in self._model.error_shapes
            if "httpStatusCode" in shape.metadata.get("error", {})
        }

    def operation(self, name: str) -> OperationModel:
        """Return the operation; botocore caches it."""
        return self._model.operation_model(name)

    def shape(self, name: str) -> Shape:
        """Return a named shape."""
        return self._model.shape_for(name)

    def error_status(self, code: str) -> int:
        """Return the HTTP status of an error code: the model's, else the front door's, else 400."""
        if code in self._status:
            return self._status[code]
        return FRONT_DOOR_STATUS.get(code, UNKNOWN_CODE_STATUS)


@cache
def load_service(name: str) -> Service:
    """Load a service once per process: parsing Connect's 405 operations takes about 0.2 s."""
    return Service(name)
