// Mark where the caller's words stand in a text, as the search found them.

/** `text` as nodes, with its ranges in <mark>; ranges are half-open and count code points, as Python does. */
export function marked(text, ranges) {
  const characters = Array.from(text);
  const nodes = [];
  let done = 0;
  for (const [start, end] of ranges) {
    if (start > done) nodes.push(characters.slice(done, start).join(""));
    const mark = document.createElement("mark");
    mark.textContent = characters.slice(start, end).join("");
    nodes.push(mark);
    done = end;
  }
  if (done < characters.length) nodes.push(characters.slice(done).join(""));
  return nodes;
}
