// Tells how strong a password is while it is being chosen. The program that knows it is fetched when somebody is about to type
// one; without it the page is complete, and the server decides in any case.
for (const field of document.querySelectorAll("input[data-strength]")) {
  const told = field.parentElement.querySelector(".strength");
  const words = told.dataset.words.split("|");
  const personal = ["first_name", "last_name", "username", "email", "login"];
  let program;
  let later;

  const tell = async () => {
    const { strength } = await (program ??= load());
    told.hidden = field.value === "";
    if (told.hidden) return;
    const called = personal.map((name) => field.form.elements[name]?.value ?? "").filter((value) => value.length > 2);
    const score = strength(field.value, called);
    const meter = Object.assign(document.createElement("meter"), { min: 0, max: 4, low: 2, high: 3, optimum: 4, value: score });
    meter.setAttribute("aria-hidden", "true");
    told.replaceChildren(meter, words[score]);
  };
  // Spoken after a pause in typing, not after each letter.
  const soon = () => {
    clearTimeout(later);
    later = setTimeout(() => tell().catch(() => { told.hidden = true; }), 250);
  };
  field.addEventListener("focus", () => { program ??= load(); program.catch(() => { program = undefined; }); });
  field.addEventListener("input", soon);
}

async function load() {
  const { default: init, strength } = await import("/pkg/password-meter.js");
  await init({ module_or_path: "/pkg/password-meter_bg.wasm" });
  return { strength };
}
