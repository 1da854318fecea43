"""What is wrong with a page in a browser: errors, requests, text out of its box, poor access.

A fault is one line: where it was seen, what, and the numbers.
"""

import importlib.resources

SCREENS = (1440, 1024, 768, 390)
# Paper in inches, and px between its margins of 15 mm at 96 px an inch.
PAPERS = {"A4": (8.27, 11.69, 680), "Letter": (8.5, 11.0, 702)}
FIRST_SCREEN = (1440, 900)
MOST_CAVEATS = 3

# Boxes that may scroll sideways are those of equations; headings of tables shown as cards are
# kept for screen readers only.
LAYOUT = """(() => {
  for (const e of document.querySelectorAll("details")) e.open = true;
  const found = [], root = document.documentElement;
  const short = e => e.textContent.trim().replace(/\\s+/g, " ").slice(0, 60);
  const sticks = e => e.scrollWidth > e.clientWidth + 1;
  if (sticks(root)) found.push(`page: ${root.scrollWidth} px in ${root.clientWidth} px`);
  const texts = "p,li,th,td,dd,dt,h1,h2,h3,h4,figcaption,caption,small,legend,label,summary,"
    + ".scroll";
  for (const e of document.querySelectorAll(texts))
    if (e.clientWidth && sticks(e) && getComputedStyle(e).display !== "inline"
        && !e.closest(".equations, thead"))
      found.push(`${e.tagName.toLowerCase()} ${e.scrollWidth} px in ${e.clientWidth} px: `
                 + short(e));
  for (const e of document.querySelectorAll("figure svg"))
    if (getComputedStyle(e.closest("figure")).display !== "none"
        && e.checkVisibility() && e.clientWidth < 100)
      found.push("figure without size: " + e.getAttribute("aria-label").slice(0, 60));
  for (const e of document.images)
    if (!e.complete || !e.naturalWidth) found.push("missing image: " + e.src.slice(0, 80));
  return found;
})()"""
SHOWN = "document.querySelectorAll('input.%s-time').forEach(e => { e.checked = true; }), 0"
# What a first screen has to hold, and where it is; a study of one mechanism has no probabilities.
ANSWER = {
    "question": ".question",
    "verdict": "#answer .verdict",
    "picture": "#answer .row svg",
    "caveat": "#answer .pair > :first-child :is(li, p)",
    "next experiment": "#answer .pair > :last-child p",
}
# Where these end, px from the top.
ENDS = """[...document.querySelectorAll(%r)].filter(e => e.checkVisibility())
  .map(e => e.getBoundingClientRect().bottom)"""
# What a reader sees who does not scroll: texts and the words of pictures that lie within whole.
SEEN = """((width, height) => {
  const inside = r => r.width > 0 && r.left >= 0 && r.top >= 0 && r.right <= width
    && r.bottom <= height;
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    if (n.parentElement.closest("style, script, svg") || !n.parentElement.checkVisibility())
      continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    const rects = [...range.getClientRects()];
    if (rects.length && rects.every(inside)) found.push(n.textContent);
  }
  for (const e of document.querySelectorAll("svg[role=img]"))
    if (e.checkVisibility() && inside(e.getBoundingClientRect()))
      found.push(" " + e.getAttribute("aria-label") + " ");
  return found.join("").replace(/\\s+/g, " ");
})(%d, %d)"""
AXE = """axe.run(document, {resultTypes: ["violations"], runOnly: %s}).then(r => r.violations
  .filter(v => v.impact === "serious" || v.impact === "critical")
  .map(v => `${v.impact} ${v.id}, ${v.nodes.length} times: ${v.help}; first: `
            + v.nodes[0].html.slice(0, 110)))"""
# axe is shown a picture's name and whatever in it is read aloud or can be reached, not its
# thousands of strokes, over which it would spend most of its time.
STROKES = """(() => {
  const kept = "title, desc, text, a, image, foreignObject, style, script, [role], [tabindex], "
    + "[lang], [aria-hidden], [aria-label], [aria-labelledby], [aria-describedby]";
  for (const e of document.querySelectorAll("svg *"))
    if (!e.matches(kept) && !e.querySelector(kept)) e.remove();
})(), 0"""
TAGS = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]'
COLOURS = '["color-contrast"]'  # all else is the same in the dark


def said_wrong(events, url):
    """Return what the browser itself complained of: exceptions, console errors, requests."""
    found = []
    for event in events:
        method, told = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details.get("text")
            found.append(f"exception: {str(text).splitlines()[0]}")
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "assert"):
            found.append(f"console: {' '.join(str(a.get('value')) for a in told['args'])}")
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            found.append(f"log: {told['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            asked = told["request"]["url"]
            if asked.split("#")[0] != url and not asked.startswith("data:"):
                found.append(f"request: {asked[:80]}")
    return found


def layout_faults(browser, url):
    """Open a page and look at it at every width, and as printed on both papers."""
    browser.open(url, SCREENS[0])
    return layout_faults_of_open(browser, url)


def layout_faults_of_open(browser, url):
    """Look at the open page as `layout_faults` does, with all that is folded away unfolded.

    In the dark nothing but colours is different, see `test_page_faults`: one width is enough.
    """
    found = []
    for width in SCREENS:
        browser.show(width)
        for half in ("linear", "log"):
            browser.evaluate(SHOWN % half)
            found += [f"{width} px, {half}: {fault}" for fault in browser.evaluate(LAYOUT)]
    browser.show(SCREENS[0], dark=True)
    found += [f"{SCREENS[0]} px, dark: {fault}" for fault in browser.evaluate(LAYOUT)]
    for name, (_, _, width) in PAPERS.items():
        browser.show(width, medium="print")
        found += [f"{name}: {fault}" for fault in browser.evaluate(LAYOUT)]
    return [*(f"page: {fault}" for fault in said_wrong(browser.events, url)), *found]


def first_screen_faults(browser):
    """Say what of the answer of the open page is not there, or has to be scrolled for."""
    found = []
    for what, where in ANSWER.items():
        ends = browser.evaluate(ENDS % where)
        if not ends and what != "question":  # a study need not state one
            found.append(f"first screen: no {what} is shown")
        found += [
            f"first screen: {what} {place} ends at {end:.0f} px of {FIRST_SCREEN[1]}"
            for place, end in enumerate(ends, start=1)
            if end > FIRST_SCREEN[1]
        ]
        if what == "caveat" and len(ends) > MOST_CAVEATS:
            found.append(f"first screen: {len(ends)} caveats, more than {MOST_CAVEATS}")
    return found


def first_screen_text(browser, url):
    """Open a page and return what lies within its first screen, pictures by their words."""
    browser.open(url, *FIRST_SCREEN)
    return browser.evaluate(SEEN % FIRST_SCREEN)


def access_faults(browser, axe):
    """Return the serious and critical findings of axe-core, in light and, of colours, in dark.

    The open page is left without the strokes of its pictures.
    """
    browser.show(*FIRST_SCREEN)
    browser.evaluate(STROKES)
    browser.evaluate(axe + "; 0")
    found = [f"light: {fault}" for fault in browser.evaluate(AXE % TAGS)]
    browser.show(*FIRST_SCREEN, dark=True)
    return [*found, *(f"dark: {fault}" for fault in browser.evaluate(AXE % COLOURS))]


def axe_source():
    """Return axe-core's own text, from the package that brings it."""
    return (importlib.resources.files("axe_core_python") / "axe.min.js").read_text("utf-8")


def every_fault(browser, url):
    """Open a page once and look at it in every way: as it opens, unfolded, and for access."""
    browser.open(url, *FIRST_SCREEN)
    return [
        *first_screen_faults(browser),
        *layout_faults_of_open(browser, url),
        *access_faults(browser, axe_source()),
    ]
