// A list that says when somebody wrote in it.
import { Line } from "./line.js";
import { counted } from "./words.js";

/** A list of one board that says when somebody wrote there. */
export function startBoard(bar) {
  const topic = bar.dataset.liveBoard;
  let sequence = Number(bar.dataset.sequence);
  const threads = new Set();
  new Line({
    topics: { [topic]: () => sequence },
    onFrame: (frame) => {
      if (frame.t !== topic || frame.k !== "board") return;
      sequence = Math.max(sequence, frame.s);
      for (const thread of frame.threads) threads.add(thread);
      bar.querySelector("a").textContent = counted("liveThreads", threads.size);
      bar.hidden = !threads.size;
    },
  });
}
