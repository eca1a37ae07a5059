"""Reads calls from standard input, one per line, makes them with the client, and prints their outcomes."""

import json
import pickle
import pprint
import sys
from typing import Any

from katapult import Client

from arguments import ARGUMENTS
from outcomes import failed, plain


def call(client: Client, parameters: dict[str, Any]) -> dict[str, Any]:
    arguments = {ARGUMENTS[name]: value for name, value in parameters.items()}
    try:
        return {"page": plain(client.api_tokens.list_organization_api_tokens(**arguments))}
    except Exception as error:  # Any exception is an outcome.
        return failed(error)


def shown(value: object) -> list[str]:
    """An object of the client, and all that it consists of, as text."""
    texts = [repr(value), str(value), f"{value}", pprint.pformat(value)]
    try:
        texts.append(repr(pickle.dumps(value)))
    except (AttributeError, TypeError, pickle.PicklingError) as error:
        texts.append(str(error))
    if type(value).__module__.startswith("katapult"):
        texts += [repr(vars(value)), *(text for part in vars(value).values() for text in shown(part))]
    return texts


for line in sys.stdin:
    asked = json.loads(line)
    with Client(asked["apiKey"], base_url=asked["baseUrl"]) as client:
        outcome = {"shown": shown(client)} if "inspect" in asked else call(client, asked["parameters"])
    print(json.dumps(outcome), flush=True)
