// Light, dark or the system's choice. Runs before the first paint; shares its key with Django admin.
(function () {
  "use strict";
  var root = document.documentElement;

  function read() {
    try {
      return localStorage.getItem("theme");
    } catch (error) {
      return null; // storage is closed: the system's choice stands
    }
  }

  function write(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch (error) {
      // nothing to keep it in: it holds for this page
    }
  }

  function isDark() {
    var theme = root.dataset.theme;
    return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  }

  var kept = read();
  root.dataset.theme = kept === "dark" || kept === "light" ? kept : "auto";

  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-theme-switch]")) return;
    root.dataset.theme = isDark() ? "light" : "dark";
    write(root.dataset.theme);
  });
})();
