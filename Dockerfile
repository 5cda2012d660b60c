# The institution in one image: each process of it is a command of manage.py (compose.yaml).
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS packages
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
# From the lock file alone, without what only developers need.
RUN uv sync --frozen --no-dev --no-cache --compile-bytecode --python /usr/local/bin/python

FROM python:${PYTHON}
# Pango sets documents; a face for what the packaged ones have not.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin auditorium \
    && install -d -o auditorium /var/lib/auditorium /var/lib/keys
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY manage.py pyproject.toml ./
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
# Static files lie in the image; the keys that this makes to start at all are thrown away with the folder.
RUN MODE=demonstration LOCAL_DIR=/tmp/collected python manage.py collectstatic --noinput --verbosity 0 \
    && mv /tmp/collected/static /var/lib/auditorium/static && rm -r /tmp/collected
USER auditorium
EXPOSE 8000
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--host", "0.0.0.0"]
