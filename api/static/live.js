// 现场更新：页面上的内容有了变化，取来新的，只换变了的部分；正在填写的表单原样保留。
// 没有脚本时页面照常可用，只是要自己刷新。
(() => {
  const page = document.querySelector("[data-live]");
  if (!page || !window.EventSource) return;
  const said = document.getElementById("live-said");
  let since = Number(page.dataset.since);
  let stream = null;
  let fetching = false;
  let again = false;

  document.addEventListener("input", (event) => {
    const part = event.target.closest("[data-part]");
    if (part) part.dataset.typed = "1";
  });

  const busy = (part) => part.dataset.typed || (part.contains(document.activeElement) && document.activeElement !== part
    && document.activeElement.matches("input, select, textarea"));

  const opened = (part) => [...part.querySelectorAll("details")].map((each) => each.open);

  function exchange(old, fresh) {
    // 表单的防重键每次出页都不同：沿用原来的，才看得出有没有别的变化。
    for (const field of fresh.querySelectorAll('input[name="key"]')) {
      const before = old.querySelector('input[name="key"]');
      if (before) field.value = before.value;
    }
    if (old.open) fresh.open = true;
    if (old.isEqualNode(fresh)) return false;
    if (busy(old)) {
      for (const field of old.querySelectorAll("input[type=hidden]")) {
        const now = fresh.querySelector(`input[type=hidden][name="${field.name}"]`);
        if (now && field.name === "if_match") field.value = now.value;
      }
      return false;
    }
    const focus = document.activeElement && old.contains(document.activeElement) ? document.activeElement.id : "";
    const inner = opened(old);
    old.replaceWith(fresh);
    fresh.querySelectorAll("details").forEach((each, place) => { if (inner[place]) each.open = true; });
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus();
    return true;
  }

  // 两页的同名部分逐一对照；一页独有的部分增加或拿掉，写了一半的不拿掉。
  function compare(fresh) {
    let changed = false;
    const now = new Map([...fresh.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    for (const old of document.querySelectorAll("[data-part]")) {
      const part = now.get(old.dataset.part);
      if (part) changed = exchange(old, document.importNode(part, true)) || changed;
      else if (!busy(old)) { old.remove(); changed = true; }
    }
    const here = new Set([...document.querySelectorAll("[data-part]")].map((part) => part.dataset.part));
    for (const [name, part] of now) {
      if (here.has(name)) continue;
      const before = part.previousElementSibling && part.previousElementSibling.dataset.part;
      const place = before && document.querySelector(`[data-part="${CSS.escape(before)}"]`);
      const room = part.parentElement.id && document.getElementById(part.parentElement.id);
      const node = document.importNode(part, true);
      if (place) place.after(node); else if (room) room.append(node); else continue;
      changed = true;
    }
    return changed;
  }

  async function refresh() {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const answer = await fetch(page.dataset.live, { headers: { "X-Live": "1", Accept: "text/html" } });
      if (answer.redirected || !answer.ok) { close(); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (compare(fresh) && said) said.textContent = `页面已更新（${new Date().toTimeString().slice(0, 5)}）`;
    } catch (error) {
      console.warn("现场更新没有成功，稍后再试", error);
    } finally {
      fetching = false;
      if (again) { again = false; refresh(); }
    }
  }

  function close() { if (stream) stream.close(); stream = null; }

  function open() {
    if (stream || document.hidden) return;
    const address = new URL(page.dataset.stream, location.href);
    address.searchParams.set("since", since);
    stream = new EventSource(address);
    stream.onmessage = (event) => { since = Number(event.data); refresh(); };
    stream.onerror = () => { if (stream && stream.readyState === EventSource.CLOSED) { close(); setTimeout(open, 3000); } };
  }

  // 没有台账条目的长活（导入），自己隔一会儿看一次。
  setInterval(() => { if (!document.hidden && document.querySelector('[data-poll="1"]')) refresh(); }, 1500);

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  open();
})();
