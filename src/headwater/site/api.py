"""The API, version 1: rooms bring their operations, this is where they meet. OpenAPI 3.1 at /api/v1/openapi.json."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from headwater import __version__
from headwater.rooms.house.slots import api_routers
from headwater.vocab import InputError

DESCRIPTION = """Read the organisation, studies and released scores; hand in responses.

Every call carries `Authorization: Bearer hw_...`, a token made by an administrator and bound to scopes. Only released
numbers leave here: what is withheld says so and carries no count.
"""

TROUBLE = {
    "type": "object",
    "title": "Trouble",
    "description": "What is wrong: `detail` in a sentence, and where there are several, each of them.",
    "properties": {"detail": {"type": "string"}, "problems": {"type": "array", "items": {"type": "object"}}},
    "required": ["detail"],
}
REFUSALS = {
    400: "The request cannot be read",
    401: "No token, or one that was ended",
    403: "The token lacks the scope",
    404: "There is nothing of this key, or the token may not touch it",
    422: "The request is not as the description asks",
}
"""What every operation may answer besides."""


class DescribedAPI(NinjaAPI):
    """The API whose description says how it refuses, too, and holds every shape in one place."""

    def get_openapi_schema(self, **named: Any) -> OpenAPISchema:
        """Return the description."""
        schema = super().get_openapi_schema(**named)
        schema["paths"] = deepcopy(schema["paths"])  # Parts of it are the operations' own, which the next asker needs.
        shapes = schema["components"]["schemas"]
        shapes["Trouble"] = TROUBLE
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Trouble"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                for status, said in REFUSALS.items():
                    answers.setdefault(status, {"description": said})
                for status, answer in answers.items():
                    if int(status) >= 400:
                        answer.setdefault("content", content)
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
                shapes.update(body.pop("$defs", {}))
        return schema


api = DescribedAPI(title="Headwater", version=__version__, description=DESCRIPTION, urls_namespace="api", docs_url=None)
for _place, _router in api_routers():
    api.add_router(f"/{_place}", _router)


@api.exception_handler(InputError)
def bad_input(request: HttpRequest, error: InputError) -> HttpResponse:
    """Say every problem, with where it is and what to do."""
    problems = [
        {"message": problem.message, "remedy": problem.remedy, "row": problem.row, "column": problem.column}
        for problem in error.problems
    ]
    return api.create_response(request, {"detail": str(error), "problems": problems}, status=422)


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """Say no."""
    return api.create_response(request, {"detail": "this token may not do that"}, status=403)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say which field is wrong, and never repeat what was sent."""
    problems = [{"where": [str(part) for part in one["loc"]], "message": one["msg"]} for one in error.errors]
    return api.create_response(request, {"detail": "the request is not as the description asks", "problems": problems},
                               status=422)  # fmt: skip
