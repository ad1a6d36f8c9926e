// What the pages need on which one writes, and nothing else: whoever comes to write on a slow phone waits for half of
// what a thread needs. The whole is fetched for the next page once this one is there.
import { startBadges } from "./badge.js";
import { startCompletion } from "./completion.js";
import { startComposers } from "./composer.js";
import { startConfirms } from "./confirm.js";
import { startDialogs } from "./dialogs.js";
import { element } from "./dom.js";
import { startDrafts } from "./drafts.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startMade } from "./made.js";
import { startMenus } from "./menus.js";
import { startNear } from "./near.js";
import { startPalette } from "./palette.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./time.js";
import { startUploads } from "./uploads.js";

startTheme();
startMenus();
startDialogs();
startConfirms();
startForms();
startDrafts();
startComposers();
startCompletion();
startNear();
startUploads();
startMade();
startTimes();
startBadges();
startKeys(startPalette());

addEventListener("load", () => {
  const { nextScript, nextSheet } = document.querySelector("script[data-next-script]")?.dataset ?? {};
  const next = { script: nextScript, style: nextSheet };
  for (const [as, href] of Object.entries(next)) {
    if (href) document.head.append(element("link", { rel: "prefetch", as, href }));
  }
});
