// 快捷键：/ 查案件，n 登记，w 今天的工作。正在打字时不起作用；没有脚本时用菜单。
(() => {
  const places = { "/": "/cases", n: "/register", w: "/work" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    const place = places[event.key];
    if (!place || !document.querySelector(`nav.places a[href="${place}"]`)) return;
    event.preventDefault();
    const search = document.getElementById("text");
    if (event.key === "/" && search) search.focus();
    else location.assign(place);
  });
})();
