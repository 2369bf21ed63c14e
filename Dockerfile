# The page, built with Node; then a wheel with the page inside; then only what runs.

FROM node:24-bookworm-slim AS page
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY scripts/build-front-end scripts/
COPY app/web/ app/web/
RUN PYTHON=/usr/bin/python3 scripts/build-front-end

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r requirements.lock
COPY . .
COPY --from=page /src/app/web/static/ app/web/static/
RUN /venv/bin/python -m hatchling build -t wheel -d /dist \
    && /venv/bin/pip install --no-index --no-deps /dist/*.whl

FROM python:3.13-slim-bookworm
# What lays out the text of the decision paper as PDF, and its font.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
LABEL org.opencontainers.image.title="Coterminous" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/coterminous coterminous
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 COTERMINOUS_HOST=0.0.0.0
# Without a COTERMINOUS_DATABASE_URL the embedded database lies here.
WORKDIR /var/lib/coterminous
VOLUME /var/lib/coterminous
USER coterminous
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
ENTRYPOINT ["coterminous"]
CMD ["serve"]
