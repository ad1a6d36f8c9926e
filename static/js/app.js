// Everything the pages can do beyond links and forms. Each module attaches to data-* attributes and is the only
// one that knows them; without any of it every page still works.
import { startCompletion } from "./completion.js";
import { startComposers } from "./composer.js";
import { startConfirms } from "./confirm.js";
import { startCopying } from "./copy.js";
import { startDialogs } from "./dialogs.js";
import { startDock } from "./dock.js";
import { startDrafts } from "./drafts.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { startNear } from "./near.js";
import { startPalette } from "./palette.js";
import { startReactions } from "./reactions.js";
import { startReplies } from "./replies.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./time.js";

startTheme();
startMenus();
startDialogs();
startConfirms();
startForms();
startDrafts();
startComposers();
startCompletion();
startNear();
startDock();
startReplies();
startReactions();
startCopying();
startTimes();
startLive();
const palette = startPalette();
startKeys(palette);
