"""What the TLS library of this Python says of itself."""

from __future__ import annotations


def trust_store() -> str:
    """Where the default roots come from: a file or folder of this machine, the variable that names another one, or
    certifi's list where there is none."""
    import ssl

    paths = ssl.get_default_verify_paths()
    if paths.cafile and paths.cafile != paths.openssl_cafile:
        return f"{paths.openssl_cafile_env}={paths.cafile}"
    if paths.capath and paths.capath != paths.openssl_capath:
        return f"{paths.openssl_capath_env}={paths.capath}"
    return str(paths.cafile or paths.capath or "certifi")


def version() -> str:
    """Its name and version."""
    import ssl

    return ssl.OPENSSL_VERSION
