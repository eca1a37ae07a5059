"""As runner_katapult.py, with the stock client in the folder client."""

import json
import sys

import pydantic

from arguments import ARGUMENTS

sys.path.insert(0, "client")
from katapult import ApiClient, ApiException, APITokens, Configuration  # noqa: E402

# Pydantic's names of rules.
RULES = {"greater_than_equal": "minimum", "string_too_short": "minLength", "string_type": "nullable"}


def refused(error):
    """The first pydantic error in the arguments, with the names of the spec."""
    first = error.errors()[0]
    names = [name for name, argument in ARGUMENTS.items() if argument == first["loc"][0]]
    return {"rejected": {"rule": RULES.get(first["type"], first["type"]), "parameters": names}}


def misread(error):
    """The first pydantic error in a response body."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.errors()[0]["loc"])
    return {"unexpected": {"path": "$" + path}}


def failed(error):
    if isinstance(error, ApiException) and error.data is not None:
        return {"apiError": {"status": error.status, **error.data.error.to_dict()}}
    if isinstance(error, pydantic.ValidationError):
        return refused(error) if error.title.startswith("APITokens.") else misread(error)
    return {"other": f"{type(error).__name__}: {error}"}


def call(base_url, api_key, parameters):
    arguments = {ARGUMENTS[name]: value for name, value in parameters.items()}
    # Without retries=0, urllib3 would obey Retry-After and repeat the call.
    with ApiClient(Configuration(host=base_url, access_token=api_key, retries=0)) as client:
        try:
            page = APITokens(client).list_organization_api_tokens(**arguments)
            return {"page": page.to_dict()} if page is not None else {"other": "None"}
        except Exception as error:  # Any exception is an outcome.
            return failed(error)


for line in sys.stdin:
    asked = json.loads(line)
    outcome = call(asked["baseUrl"], asked["apiKey"], asked["parameters"])
    print(json.dumps(outcome, default=pydantic.SecretStr.get_secret_value), flush=True)
