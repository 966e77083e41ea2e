"""The application of the public face: guard, intake API, phone pages, health and metrics."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from workbench.cases import portal
from workbench.customer import answers, api, handlers, pages
from workbench.customer.guard import Guard
from workbench.customer.metrics import REGISTRY
from workbench.errors import TelekalkError

#: Photo files of up to 40 MiB that this process holds at a time; two of them are being decoded, the others wait.
PHOTOS_IN_MEMORY = 6
_DESCRIPTION = """Photo sets of damaged vehicles come in here.

1. Open a case for a claim.
2. Hand in its photos, one at a time or all at once.
3. Declare the set complete.

Every request carries `Authorization: Bearer <token>`. Errors have one shape:
`{"ok": false, "error": {"code", "message", "remedy"}}`; messages are German or English by `Accept-Language`.
"""


def create_app() -> FastAPI:
    """Return the application; ``uvicorn`` serves it, tests call it directly."""
    app = FastAPI(
        title="Telekalk intake API",
        version=version("telekalk"),
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        # The ready-made pages load scripts from a public network; docs/api.md describes the API instead.
        docs_url=None,
        redoc_url=None,
    )
    app.state.photos_in_memory = anyio.CapacityLimiter(PHOTOS_IN_MEMORY)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    app.add_exception_handler(TelekalkError, handlers.on_telekalk_error)
    app.add_exception_handler(HTTPException, handlers.on_http_error)
    app.add_exception_handler(RequestValidationError, handlers.on_invalid)
    # Nothing runs before it has let a request in.
    app.add_middleware(Guard)
    app.add_api_route("/healthz", _healthz, include_in_schema=False)
    app.add_api_route("/metrics", _metrics, include_in_schema=False)
    app.add_api_route("/robots.txt", _robots, include_in_schema=False)
    _describe_security(app)
    return app


def _describe_security(app: FastAPI) -> None:
    """Say in the API's description that every call needs the bearer token (the guard checks it, not the routes)."""
    make = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = make()
            schema["components"]["securitySchemes"] = {"gateway": {"type": "http", "scheme": "bearer"}}
            schema["security"] = [{"gateway": []}]
            for unused in ("HTTPValidationError", "ValidationError"):
                schema["components"]["schemas"].pop(unused, None)
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign]


def _healthz() -> JSONResponse:
    """Say whether this process can do its work: the database answers."""
    try:
        portal.alive()
    except TelekalkError as error:
        return answers.error_answer(error, "en")
    return JSONResponse({"ok": True})


def _metrics() -> Response:
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _robots() -> PlainTextResponse:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
