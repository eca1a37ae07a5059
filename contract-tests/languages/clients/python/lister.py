"""Reads listings from standard input, one per line, lists with the client, and prints their items."""

import json
import re
import sys
from itertools import islice
from typing import Any

from katapult import Client, ResponseError, all_items

from arguments import ARGUMENTS
from outcomes import failed, plain


def argument(parameter: str) -> str:
    return ARGUMENTS.get(parameter, re.sub(r"\W+", "_", parameter).strip("_"))


def method(client: Client, operation: str) -> Any:
    """The method of an operation, such as list_colours for listColours."""
    name = re.sub("([A-Z])", r"_\1", operation).lower()
    return next(getattr(api, name) for api in vars(client).values() if hasattr(api, name))


def listed(client: Client, asked: dict[str, Any]) -> dict[str, Any]:
    items: list[Any] = []
    outcome: dict[str, Any] = {"items": items}
    arguments = {argument(name): value for name, value in asked["parameters"].items()}
    try:
        for item in islice(all_items(method(client, asked["operation"]), **arguments), asked.get("limit")):
            items.append(plain(item))
    except Exception as error:  # Any exception is an outcome.
        outcome["failure"] = failed(error)
        if isinstance(error, ResponseError):
            outcome["page"] = error.page
    return outcome


for line in sys.stdin:
    asked = json.loads(line)
    with Client(asked["apiKey"], base_url=asked["baseUrl"]) as client:
        outcome = listed(client, asked)
    print(json.dumps(outcome), flush=True)
