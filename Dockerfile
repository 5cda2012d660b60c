# The institution in one image: each process of it is a command of manage.py (compose.yaml).
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS packages
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
# From the lock file alone, without what only developers need.
RUN uv sync --frozen --no-dev --no-cache --compile-bytecode --python /usr/local/bin/python

FROM python:${PYTHON}
# Pango sets documents; a face for what the packaged ones have not; the tools of PostgreSQL back up and rehearse (manage.py drill).
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
        postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin auditorium \
    && install -d -o auditorium /var/lib/auditorium /var/lib/keys
WORKDIR /app
COPY --from=packages /app/.venv .venv
# The lock file, too: by it the release knows what it was prepared for.
COPY manage.py pyproject.toml uv.lock ./
COPY lms lms
COPY courses courses
COPY exams exams
COPY certificates certificates
COPY templates templates
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MODE=production \
    LOCAL_DIR=/var/lib/auditorium \
    KEY_DIR=/var/lib/keys
USER auditorium
# Static files lie in the image; the keys that this makes to start at all are thrown away with the folder.
RUN MODE=demonstration LOCAL_DIR=/tmp/collected python manage.py collectstatic --noinput --verbosity 0 \
    && mv /tmp/collected/static /var/lib/auditorium/static && rm -r /tmp/collected
EXPOSE 8000
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--host", "0.0.0.0"]
