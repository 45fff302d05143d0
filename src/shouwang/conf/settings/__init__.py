"""Django settings (设置), one file per topic."""

from shouwang.conf.settings.apps import *  # noqa: F403
from shouwang.conf.settings.database import *  # noqa: F403
from shouwang.conf.settings.exports import *  # noqa: F403
from shouwang.conf.settings.jobs import *  # noqa: F403
from shouwang.conf.settings.logs import *  # noqa: F403
from shouwang.conf.settings.security import *  # noqa: F403
from shouwang.conf.settings.web import *  # noqa: F403
