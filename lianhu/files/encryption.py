"""Files that only a passphrase opens: the age format (age-encryption.org), written by the age library itself."""

from __future__ import annotations

from types import ModuleType

from lianhu.errors import FileRefusedError, UsageError

MARK = b"age-encryption.org/"
"""How every such file begins."""

ENDING = ".age"
LEAST_CHARACTERS = 8


def encrypted(content: bytes, passphrase: str) -> bytes:
    """The content, locked. Raises UsageError for a passphrase that is too short or where the library is missing."""
    if len(passphrase) < LEAST_CHARACTERS:
        raise UsageError(f"口令太短，至少 {LEAST_CHARACTERS} 个字，没有备份。", "口令可以是一句容易记的话")
    made: bytes = _age().passphrase.encrypt(content, passphrase)
    return made


def decrypted(content: bytes, passphrase: str, called: str) -> bytes:
    """What was locked. Raises FileRefusedError for another passphrase and for a damaged file."""
    age = _age()
    try:
        opened: bytes = age.passphrase.decrypt(content, passphrase)
    except age.DecryptError as error:
        raise FileRefusedError(f"{called} 打不开：口令不对，或文件已损坏。", "请核对口令，或换一个备份") from error
    return opened


def _age() -> ModuleType:
    try:
        import pyrage
        import pyrage.passphrase
    except ImportError as error:
        raise UsageError("加密备份要用的程序包没有安装。", "pip install 'lianhu[encrypt]'") from error
    module: ModuleType = pyrage
    return module
