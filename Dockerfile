# The operator's image: docker build -t connect-operator:0.1.0 .
# Two stages; the second holds Python, the hash-pinned packages and the operator, and runs as nobody in particular.
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_NO_COMPILE=1
# The time of everything in the wheel, so that a second build has the same bytes; by default the earliest of a zip file.
ARG SOURCE_DATE_EPOCH=315532800
WORKDIR /src
RUN ["python", "-m", "venv", "/opt/connect-operator"]
COPY requirements/runtime.txt requirements/dev.txt requirements/
RUN ["/opt/connect-operator/bin/pip", "install", "--no-deps", "--require-hashes", "-r", "requirements/runtime.txt"]
# The package's build needs setuptools, with the hashes of requirements/dev.txt, in a place that is thrown away.
RUN python -m venv /tmp/builder \
 && sed -n '/^setuptools==/,/[^\\]$/p' requirements/dev.txt > /tmp/setuptools.txt \
 && /tmp/builder/bin/pip install --no-deps --require-hashes -r /tmp/setuptools.txt
COPY pyproject.toml README.md LICENSE ./
COPY crds crds
COPY operator operator
RUN /tmp/builder/bin/pip wheel --no-deps --no-build-isolation --no-index -w /tmp/wheel . \
 && /opt/connect-operator/bin/pip install --no-deps --no-index /tmp/wheel/*.whl \
 && /opt/connect-operator/bin/pip uninstall -y pip setuptools
# What the operator never asks for, a third of the size: the AWS services that are neither Connect nor give credentials, and
# the generated classes of the Kubernetes APIs, since it sends its own requests.
RUN cd /opt/connect-operator/lib/python3*/site-packages \
 && find botocore/data -mindepth 1 -maxdepth 1 -type d ! -name connect ! -name 'sts' ! -name 'sso*' ! -name signin -exec rm -r {} + \
 && rm kubernetes/client/api/*_api.py kubernetes/aio/client/api/*_api.py
# Compiled now, for the file system is read-only when it runs; judged by nothing, for a file's time is not kept.
RUN ["/opt/connect-operator/bin/python", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "/opt/connect-operator/lib"]

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/connect-operator /opt/connect-operator
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/connect-operator/bin:$PATH
# The same number as in manifests/deployment.yaml; it needs no entry in /etc/passwd.
USER 65532:65532
# Another command than run: docker run connect-operator:0.1.0 --help
ENTRYPOINT ["/opt/connect-operator/bin/connect-operator"]
CMD ["run"]
