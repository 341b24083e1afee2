"""Answers on the wire: bodies, error headers, request IDs, dates.

REST-JSON errors carry the code in the header x-amzn-errortype and in the body's __type. A bare 429 (the empty code)
carries none, as some gateways answer. Every answer has a Date from the simulator's clock.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import msgspec
from aiohttp import web

if TYPE_CHECKING:
    from connect_sim.errors import ApiError
    from connect_sim.model.service import Service

JSON = "application/json"
XML = "text/xml"


def answer(status: int, body: bytes, request_id: str, now: float, **headers: str) -> web.Response:
    """Return a response with the headers that every AWS answer has; pass others with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(
        status=status,
        body=body,
        headers={"x-amzn-RequestId": request_id, "Date": formatdate(now, usegmt=True), **named},
    )


def json_error(error: ApiError, service: Service, request_id: str, now: float) -> web.Response:
    """Return a REST-JSON error."""
    status = error.status or service.error_status(error.code)
    if not error.code:
        return answer(status, b"", request_id, now)
    body = msgspec.json.encode({"__type": error.code, "Message": error.message})
    return answer(status, body, request_id, now, Content_Type=JSON, x_amzn_ErrorType=error.code)


def xml_error(error: ApiError, service: Service, request_id: str, now: float) -> web.Response:
    """Return an error of the query protocol."""
    status = error.status or service.error_status(error.code)
    text = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{escape(request_id)}</RequestId></ErrorResponse>"
    )
    return answer(status, text.encode(), request_id, now, Content_Type=XML)


def html_answer(status: int, text: str, now: float) -> web.Response:
    """Return a page as a gateway writes it: no request ID, no error code."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1><p>{escape(text)}</p></body></html>\n"
    headers = {"Date": formatdate(now, usegmt=True), "Content-Type": "text/html"}
    return web.Response(status=status, body=page.encode(), headers=headers)


def control_answer(document: Any, status: int = 200) -> web.Response:  # noqa: ANN401 - any JSON document
    """Return a document of the control endpoint."""
    return web.Response(status=status, body=msgspec.json.encode(document), content_type=JSON)
