"""An authority and one certificate for loopback, made anew for each measurement."""
import os, subprocess

from .processes import work

EXTENSIONS = """subjectAltName=DNS:localhost,IP:127.0.0.1
keyUsage=digitalSignature
extendedKeyUsage=serverAuth,clientAuth
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=folder_path(), check=True, capture_output=True)


def folder_path():
    return os.path.join(work, "tls")


def folder():
    """A folder with `certificate.pem`, `key.pem` and `authority.pem`: P-256, valid for a day."""
    path = folder_path()
    if os.path.exists(os.path.join(path, "certificate.pem")):
        return path
    os.makedirs(path, exist_ok=True)
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new_key, "-keyout", "authority.key", "-out", "authority.pem", "-days", "1", "-subj", "/CN=measurement",
            "-addext", "keyUsage=keyCertSign,cRLSign")
    openssl("req", *new_key, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost")
    with open(os.path.join(path, "extensions"), "w") as file:
        file.write(EXTENSIONS)
    openssl("x509", "-req", "-in", "request.pem", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "1",
            "-extfile", "extensions", "-out", "certificate.pem")
    return path
