// A list that says when somebody wrote in it.
import { Line } from "./line.js";
import { counted } from "./words.js";

/** Of `threads` ([id, last, opened] each) those somebody wrote in after `sequence`. */
export function freshSince(threads, sequence) {
  return threads.filter(([, last]) => last > sequence).map(([id]) => id);
}

/** A list of one board that says when somebody wrote there; by asking, where sockets are blocked. */
export function startBoard(bar) {
  const topic = bar.dataset.liveBoard;
  const threads = new Set();
  let sequence = Number(bar.dataset.sequence);
  const tell = (reached, fresh) => {
    sequence = Math.max(sequence, reached);
    for (const thread of fresh) threads.add(thread);
    const text = counted("liveThreads", threads.size);
    const link = bar.querySelector("a");
    if (threads.size && link.textContent !== text) link.textContent = text;
    bar.hidden = !threads.size;
  };
  new Line({
    topics: { [topic]: () => sequence },
    onFrame: (frame) => {
      if (frame.t === topic && frame.k === "board") tell(frame.s, frame.threads);
    },
    poll: async () => {
      try {
        const answer = await fetch(bar.dataset.since);
        if (!answer.ok) return;
        const told = await answer.json();
        tell(told.s, freshSince(told.threads, sequence));
      } catch {
        // The next poll asks again.
      }
    },
  });
}
