"""Reading server-sent events."""

import json
from dataclasses import dataclass


@dataclass
class Event:
    id: int
    name: str
    data: dict


def events(response):
    """The events of a streaming response, as they come (WHATWG HTML, section 9.2)."""
    fields = {}
    for line in response.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
