"""Static files (静态文件): hashed and compressed when they were collected, plain while nothing was collected yet."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names with their content hash from the manifest; without a manifest the names as they are."""

    manifest_strict = False
    # Vendored scripts name source maps that they do not bring along; only our CSS refers to files by name.
    patterns = (("*.css", (r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",)),)

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a static file."""
        if not self.hashed_files:
            return f"{self.base_url}{name}"
        return super().url(name, force)
