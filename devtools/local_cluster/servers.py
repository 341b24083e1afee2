"""How etcd and kube-apiserver are told to run: their files and their flags, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ETCD = "etcd"
API_SERVER = "kube-apiserver"


@dataclass(frozen=True)
class Layout:
    """The names of everything in a cluster's folder."""

    folder: Path

    @property
    def etcd_socket(self) -> Path:
        """Where etcd listens. A socket in a private folder: no port to lose, and no other account can read Secrets."""
        return self.folder / "etcd.sock"

    @property
    def etcd_data(self) -> Path:
        """All that etcd holds."""
        return self.folder / "etcd-data"

    @property
    def certificates(self) -> Path:
        """Filled by the API server when it first starts."""
        return self.folder / "certificates"

    @property
    def certificate_authority(self) -> Path:
        """The serving certificate, followed by the authority that signed it."""
        return self.certificates / "apiserver.crt"

    @property
    def tokens(self) -> Path:
        """The token file: who a bearer of which token is."""
        return self.folder / "tokens.csv"

    @property
    def audit_policy(self) -> Path:
        """What the audit log is to hold."""
        return self.folder / "audit-policy.yaml"

    @property
    def audit_log(self) -> Path:
        """One JSON object per line, audit.k8s.io/v1."""
        return self.folder / "audit.log"

    def log(self, server: str) -> Path:
        """What a server says."""
        return self.folder / f"{server}.log"


def etcd_argv(program: Path, layout: Layout) -> list[str]:
    """One member, data in the folder, nothing on the network."""
    # A member must announce addresses, but nobody ever asks a single member's.
    nowhere = "http://127.0.0.1:1"
    flags = {
        "data-dir": layout.etcd_data.name,
        "listen-client-urls": f"unix://{layout.etcd_socket}",
        "advertise-client-urls": nowhere,
        "listen-peer-urls": "unix://etcd-peer:0",
        "initial-advertise-peer-urls": nowhere,
        "initial-cluster": f"default={nowhere}",
        # It elects itself after this time (ms); with the default, half of the start would be waiting for that.
        "heartbeat-interval": "50",
        "election-timeout": "250",
        # The data does not outlive the process, so a power cut may have it.
        "unsafe-no-fsync": "true",
    }
    return [str(program), *(f"--{name}={value}" for name, value in flags.items())]


def api_server_argv(program: Path, layout: Layout, port: int, *, audit: bool) -> list[str]:
    """All APIs and admission plugins that need no other component, RBAC, tokens from a file, its own certificate."""
    key = str(layout.certificates / "apiserver.key")
    flags = {
        "etcd-servers": f"unix://{layout.etcd_socket}",
        "bind-address": "127.0.0.1",
        "secure-port": str(port),
        # Else it looks for the default route, and does not start on a machine without a network ...
        "advertise-address": "127.0.0.1",
        # ... but a loopback address must not become an endpoint of the Service "kubernetes", which nobody needs here.
        "endpoint-reconciler-type": "none",
        "cert-dir": str(layout.certificates),
        "token-auth-file": str(layout.tokens),
        "authorization-mode": "RBAC",
        # The key of the serving certificate, which it makes itself, signs the tokens of service accounts too.
        "service-account-key-file": key,
        "service-account-signing-key-file": key,
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-cluster-ip-range": "10.0.0.0/24",
        # It would refuse every Pod: the controller-manager, which makes the default accounts, does not run.
        "disable-admission-plugins": "ServiceAccount",
        "profiling": "false",
    }
    if audit:
        flags |= {
            "audit-policy-file": str(layout.audit_policy),
            "audit-log-path": str(layout.audit_log),
            # In megabytes; above it the log would start anew, and readers would miss what was before.
            "audit-log-maxsize": "100000",
        }
    return [str(program), *(f"--{name}={value}" for name, value in flags.items())]
