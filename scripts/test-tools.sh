#!/bin/sh
# What tests need besides Python: a browser and an old one, a Chinese font, Java for Spark. Takes what is there, installs the rest
# where it may, and says plainly which tests will not run otherwise.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
may_install() { [ "$(id -u)" = 0 ] && have apt-get; }

fresh=no
apt() {
    say "test tools: apt-get install $*"
    if [ "$fresh" = no ]; then
        DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || return 1
        fresh=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        have "$name" && "$name" --version >/dev/null 2>&1 && return
    done
    [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && return
    return 1
}

played() { .venv/bin/python -c '
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as play:
    sys.exit(not os.path.exists(play.chromium.executable_path))' 2>/dev/null; }

get_browser() {
    browser || played && return
    # Ubuntu's package only points to a snap, which does not start in a container: look again after installing.
    may_install && apt chromium && browser && return
    say "test tools: playwright install chromium"
    if may_install; then
        .venv/bin/playwright install --with-deps chromium >/dev/null && return
    fi
    .venv/bin/playwright install chromium >/dev/null && return
    say "test tools: no browser could be had; the browser tests will fail. Install chromium and call make again."
}

get_font() {
    have fc-list && [ -n "$(fc-list :lang=zh family)" ] && return
    [ "$(uname)" = Darwin ] && return
    may_install && apt fontconfig fonts-noto-cjk && return
    say "test tools: no Chinese font; screenshots will show boxes. Install fonts-noto-cjk."
}

get_java() {
    have java && java -version >/dev/null 2>&1 && return
    may_install && apt default-jre-headless && return
    say "test tools: no Java; the Spark tests are named at the end as not run. Install openjdk-17-jre-headless."
}

get_old_browser() {
    PYTHONPATH=src .venv/bin/python scripts/old_chromium.py >/dev/null && return
    say "test tools: no Chromium 90 (the line above says why); its test is named at the end as not run."
}

get_browser
get_old_browser
get_font
get_java
