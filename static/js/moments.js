// Moments as the desk says them, in the time of the site and not of whoever's computer.
import { config } from "./texts.js";

const ZONE = "Asia/Shanghai";
const time = new Intl.DateTimeFormat(config.language, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat(config.language, { timeZone: ZONE, month: "short", day: "numeric" });

/** The time today, the day and the time of any other day. */
export function momentName(iso) {
  const moment = new Date(iso);
  const isToday = day.format(moment) === day.format(new Date());
  return isToday ? time.format(moment) : `${day.format(moment)} ${time.format(moment)}`;
}
