// Holds the stream for all tabs of one person in this browser; ends with the last of them.
import { Line } from "./live_line.js";

const ports = new Set();
let line = null;

function hear(message) {
  for (const port of ports) port.postMessage(message);
}

function join(port, { address, person, after }) {
  if (line === null) line = new Line({ address, person, after, hear });
  else for (const message of line.missedBy(after)) port.postMessage(message);
  ports.add(port);
  port.postMessage({ kind: "state", isLive: line.isLive });
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => (data === "leave" ? ports.delete(port) : join(port, data));
};
