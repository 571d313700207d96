// 登记时的提示：停下打字片刻，把填好的送去比对，只取提示，不登记。没有脚本时照常登记，提示在回执上。
(() => {
  const form = document.querySelector("form[data-hints]");
  const place = document.getElementById("hints");
  if (!form || !place) return;
  let waiting = 0;
  let asked = "";
  async function ask() {
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "key") said.append(name, value);
    const now = said.toString();
    if (now === asked || !said.get("matter.name")) return;
    asked = now;
    const answer = await fetch(form.dataset.hints, { method: "POST", body: said });
    if (answer.ok && now === asked) place.innerHTML = await answer.text();
  }
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 350); });
})();
