"""Static files (静态文件): hashed and compressed when they were collected, plain while nothing was collected yet."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names with their content hash from the manifest; without a manifest the names as they are."""

    manifest_strict = False

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.known: dict[str | None, str] = {}

    # Vendored scripts name source maps that they do not bring along; only our CSS refers to files by name.
    patterns = (("*.css", (r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",)),)

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a static file."""
        if not self.hashed_files:
            return f"{self.base_url}{name}"
        # A page names some forty files; what each of them is called does not change while the process lives.
        if name not in self.known:
            self.known[name] = super().url(name, force)
        return self.known[name]
