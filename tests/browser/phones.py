"""A phone with the field page on it, as small as those in use: what tests do with it."""

import pytest

from tests.cast import PASSWORD

PIN = "402718"
NO_SIGNAL = "net::ERR_"
DUMP = """async () => {
  const texts = [];
  const read = (bytes) => new TextDecoder().decode(bytes) + " " + new TextDecoder("utf-16le").decode(bytes);
  const text = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return read(value);
    if (value && typeof value === "object") return Object.entries(value).map(([key, one]) => key + "=" + text(one)).join(" ");
    return String(value);
  };
  const done = (ask) => new Promise((resolve) => { ask.onsuccess = () => resolve(ask.result); });
  for (const { name } of await indexedDB.databases()) {
    const base = await done(indexedDB.open(name));
    for (const store of Array.from(base.objectStoreNames)) {
      const rows = await done(base.transaction(store).objectStore(store).getAll());
      texts.push(...rows.map(text));
    }
    base.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) texts.push(request.url + " " + await (await cache.match(request)).text());
  }
  texts.push(JSON.stringify(Object.assign({}, localStorage)), JSON.stringify(Object.assign({}, sessionStorage)), document.cookie);
  return texts.join("\\n");
}"""
"""Everything that a page of this origin can find on the phone."""


class Pocket:
    """A phone with the page on it."""

    def __init__(self, context, complaints):
        self.context, self.complaints = context, complaints
        self.page = self.watched(context.new_page())

    def watched(self, page):
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        return page

    def take_along(self, username="xiaowang"):
        """Sign in at the desk, choose a PIN, take today's work along."""
        self.sign_in(username)
        self.page.fill("#pin", PIN)
        self.page.fill("#pin-again", PIN)
        self.page.click("text=下载今天的走访")
        self.page.wait_for_selector(".visits, .empty")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return self

    def sign_in(self, username="xiaowang"):
        """With one's own account, as far as the page that asks for a PIN."""
        self.page.goto("/sign-in/?next=/field/")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("form.plain button")
        self.page.wait_for_selector("#pin")

    def offline(self, without=True):
        """Drive into the tunnel, or out of it."""
        self.context.set_offline(without)

    def again(self):
        """Close the page and open it anew."""
        self.page.close()
        self.page = self.watched(self.context.new_page())
        self.page.goto("/field/")
        return self

    def unlock(self, pin=PIN):
        self.page.fill("#pin", pin)
        self.page.click("text=打开 >> nth=-1")

    def open_visit(self):
        self.page.click(".visit >> nth=0")
        self.page.wait_for_selector("text=哪天去的")

    def pick(self, words):
        self.page.click(f".pick:has-text('{words}')")

    def no_risk(self, words="地里的活干完了，儿子寄了钱"):
        self.open_visit()
        self.pick("核实没有风险")
        self.page.click("fieldset:has-text('管到') .pick >> nth=1")
        self.page.fill("#f-sentence", words)

    def seal(self):
        self.page.click("text=填好了，封存发送")
        self.page.wait_for_selector("h1:has-text('今天要走访的')")

    def waiting(self, words):
        self.page.wait_for_selector(f"#waiting:has-text('{words}')")


@pytest.fixture
def pocket(chromium, site, cast):
    """小王's phone: 360 by 640, and everything the browser complains of, but for the missing signal, fails the test."""
    opened, complaints = [], []

    def new(**more):
        context = chromium.new_context(viewport={"width": 360, "height": 640}, base_url=site.address, **more)
        context.set_default_timeout(20_000)
        opened.append(context)
        return Pocket(context, complaints)

    yield new
    for context in opened:
        context.close()
    assert [one for one in complaints if NO_SIGNAL not in one] == []
