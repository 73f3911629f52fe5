# syntax=docker/dockerfile:1

FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements/ requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/build.txt \
 && python -m venv /opt/orchestrator \
 && /opt/orchestrator/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.txt
COPY . .
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/orchestrator/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin orchestrator \
 && install --directory --owner orchestrator /data
COPY --from=build /opt/orchestrator /opt/orchestrator
ENV PATH=/opt/orchestrator/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ORCHESTRATOR_HOST=0.0.0.0 \
    ORCHESTRATOR_PORT=8080 \
    ORCHESTRATOR_DATABASE_URL=sqlite+aiosqlite:////data/orchestrator.db \
    ORCHESTRATOR_STORAGE_URL=file:///data/files
WORKDIR /data
VOLUME /data
EXPOSE 8080
USER orchestrator
# Python is there anyway; curl would be one more thing to keep up to date.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["orchestrator"]
CMD ["serve"]
