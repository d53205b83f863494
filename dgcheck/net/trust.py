"""TLS contexts: one for the run, others only to explain a failure."""

from __future__ import annotations

import ssl
import warnings

from dgcheck.model.errors import UsageError
from dgcheck.model.target import Settings

VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


class Trust:
    """The contexts of one run, by how they judge a chain. The default one is made once and reused."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[tuple[object, ...], ssl.SSLContext] = {}

    @property
    def default(self) -> str:
        """The name of the trust that the settings ask for: `none` with --insecure, `ca_file`, else `default`."""
        if self._settings.insecure:
            return "none"
        return "ca_file" if self._settings.ca_file else "default"

    def context(
        self,
        trust: str = "",
        alpn: tuple[str, ...] = ("http/1.1",),
        versions: tuple[str, str] = ("", ""),
        with_certificate: bool = True,
    ) -> ssl.SSLContext:
        """A context that judges by `default`, `certifi`, `ca_file`, or not at all (`none`).

        `versions` are the lowest and highest TLS version ('' = OpenSSL's own); asking for old ones lowers the
        security level too. Raises UsageError for a CA or client certificate file that cannot be used.
        """
        judged_by = trust or self.default
        key = (judged_by, alpn, versions, with_certificate)
        if key not in self._made:
            context = self._load(judged_by)
            if with_certificate and self._settings.cert:
                self._own_certificate(context)
            context.set_alpn_protocols(list(alpn))
            self._limit(context, versions)
            self._made[key] = context
        return self._made[key]

    def _load(self, trust: str) -> ssl.SSLContext:
        if trust == "none":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        if trust == "ca_file":
            try:
                return ssl.create_default_context(cafile=self._settings.ca_file)
            except (OSError, ssl.SSLError) as error:
                why = "no PEM certificates in it" if isinstance(error, ssl.SSLError) else str(error.strerror)
                raise UsageError(f"--ca-file {self._settings.ca_file}: {why}") from None
        if trust == "certifi":
            import certifi

            return ssl.create_default_context(cafile=certifi.where())
        context = ssl.create_default_context()
        paths = ssl.get_default_verify_paths()
        places: tuple[str | None, ...] = (paths.cafile, paths.capath)  # None where there is no such file
        if places == (None, None):
            # A slim image has no store of its own; Python SDKs then use certifi's.
            import certifi

            context.load_verify_locations(cafile=certifi.where())
        return context

    def _own_certificate(self, context: ssl.SSLContext) -> None:
        try:
            context.load_cert_chain(self._settings.cert, self._settings.key or None, password=lambda: "")
        except (OSError, ssl.SSLError) as error:
            why = getattr(error, "strerror", "") or str(getattr(error, "reason", error))
            raise UsageError(f"--cert {self._settings.cert}: {why}") from None

    @staticmethod
    def _limit(context: ssl.SSLContext, versions: tuple[str, str]) -> None:
        lowest, highest = versions
        if lowest in ("TLSv1", "TLSv1.1") or highest in ("TLSv1", "TLSv1.1"):
            context.set_ciphers("DEFAULT@SECLEVEL=0")
        with warnings.catch_warnings():
            # Old versions are asked for on purpose, to see whether a server offers nothing newer.
            warnings.simplefilter("ignore", DeprecationWarning)
            if lowest:
                context.minimum_version = VERSIONS[lowest]
            if highest:
                context.maximum_version = VERSIONS[highest]
