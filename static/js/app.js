// Everything the pages can do beyond links and forms. Each module attaches to data-* attributes and is the only
// one that knows them; without any of it every page still works.
import { startBadges } from "./badge.js";
import { startCompletion } from "./completion.js";
import { startComposers } from "./composer.js";
import { startConfirms } from "./confirm.js";
import { startCopying } from "./copy.js";
import { startCovering } from "./cover.js";
import { startDesk } from "./desk.js";
import { startDialogs } from "./dialogs.js";
import { startDock } from "./dock.js";
import { startDrafts } from "./drafts.js";
import { startForms } from "./forms.js";
import { startHost } from "./host.js";
import { startKeys } from "./keys.js";
import { startLetters } from "./letters.js";
import { startLightbox } from "./lightbox.js";
import { startLive } from "./live.js";
import { startMade } from "./made.js";
import { startMenus } from "./menus.js";
import { startMotion } from "./motion.js";
import { startNear } from "./near.js";
import { startPalette } from "./palette.js";
import { startPolls } from "./poll.js";
import { startPush } from "./push.js";
import { startQuizzes } from "./quiz.js";
import { startReactions } from "./reactions.js";
import { startReplies } from "./replies.js";
import { startRuns } from "./run.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./time.js";
import { startUndo } from "./undo.js";
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
startDock();
startReplies();
startReactions();
startQuizzes();
startCopying();
startTimes();
startLightbox();
startMade();
startMotion();
startCovering();
startLive();
startRuns();
startHost();
startUndo();
startLetters();
startBadges();
startPolls();
startPush();
startDesk(); // before the keys of every page: here they mean something else
const palette = startPalette();
startKeys(palette);

// Pages on which one writes are light for whoever comes to them first; who has the whole is sent nothing else.
const mark = new URL(import.meta.url).searchParams.get("v");
if (mark && !document.cookie.includes(`whole=${mark}`)) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
  document.cookie = `whole=${mark}; Path=/; Max-Age=2592000; SameSite=Lax${secure}`;
}
