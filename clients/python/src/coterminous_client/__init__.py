"""Typed client of a Coterminous service.

>>> from coterminous_client import Coterminous
>>> with Coterminous("http://127.0.0.1:8000") as c:
...     for pcn in c.pcns("proposal-b-lsoa21-lookup"):
...         print(pcn["code"], pcn["name"], pcn["class"])
"""

from coterminous_client.client import Coterminous
from coterminous_client.jobs import Job, JobFailed
from coterminous_client.problems import (
    BadRequest,
    Conflict,
    CoterminousError,
    KeyNeeded,
    NotFound,
    NothingLoaded,
    Problem,
    TooManyRequests,
    Unavailable,
    Unreachable,
)
from coterminous_client.tables import Table

__all__ = [
    "BadRequest",
    "Conflict",
    "Coterminous",
    "CoterminousError",
    "Job",
    "JobFailed",
    "KeyNeeded",
    "NotFound",
    "NothingLoaded",
    "Problem",
    "Table",
    "TooManyRequests",
    "Unavailable",
    "Unreachable",
]

__version__ = "0.1.0"
