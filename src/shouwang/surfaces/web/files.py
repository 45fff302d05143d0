"""Files for download (下载文件): under their 中文 name, shown by the browser only where that is safe."""

from urllib.parse import quote

from django.http import HttpResponse

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def file_response(content: bytes, name: str, form: str) -> HttpResponse:
    """A PDF opens in the browser, a Word file is saved; neither is kept in a cache."""
    response = HttpResponse(content, content_type=TYPES[form])
    manner = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(f'{name}.{form}')}"
    return response
