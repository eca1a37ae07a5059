"""The outcomes of calls, for the runner and the lister."""

from typing import Any

from katapult import ApiError, ParameterError, UnexpectedResponseError
from pydantic import BaseModel, SecretStr


def plain(value: Any) -> Any:
    """A model as JSON, with its secrets."""
    if isinstance(value, BaseModel):
        return {name: plain(part) for name, part in value.model_dump(by_alias=True).items()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def failed(error: Exception) -> dict[str, Any]:
    if isinstance(error, ParameterError):
        return {"rejected": {"rule": error.rule, "parameters": error.parameters}}
    if isinstance(error, ApiError):
        return {"apiError": {"status": error.status, **plain(error.data.error)}}
    if isinstance(error, UnexpectedResponseError):
        return {"unexpected": {"status": error.status, "path": error.path}}
    return {"other": f"{type(error).__name__}: {error}"}
