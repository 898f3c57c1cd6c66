"""The pages behind an ASGI door, as one origin for pages and push would have them."""

from a2wsgi import WSGIMiddleware

from kb.wsgi import application as pages

application = WSGIMiddleware(pages, workers=4)  # type: ignore[arg-type]  # narrower than what it calls
