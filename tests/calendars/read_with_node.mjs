// What a library of JavaScript sees in the iCalendar stream on stdin, as JSON:
// node read_with_node.mjs (ical.js | node-ical) < calendar.ics
import { readFileSync } from "node:fs";

const readers = { "ical.js": withIcalJs, "node-ical": withNodeIcal };

async function withIcalJs(stream) {
  const { default: ICAL } = await import("ical.js");
  const calendar = ICAL.Component.fromString(stream);
  // It knows no zone but those of the file, and only once they are registered.
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const moment = (time) => (time.isDate ? time.toString() : time.toJSDate());
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      starts: moment(event.startDate),
      ends: moment(event.endDate),
      summary: event.summary,
      description: event.description,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      url: component.getFirstPropertyValue("url"),
      location: event.location,
    };
  });
}

async function withNodeIcal(stream) {
  const { default: ical } = await import("node-ical");
  // Days are midnights of this machine"s zone.
  const day = (date) =>
    [date.getFullYear(), date.getMonth() + 1, date.getDate()]
      .map((part) => String(part).padStart(2, "0"))
      .join("-");
  const moment = (date) => (date.dateOnly ? day(date) : date);
  return Object.values(ical.sync.parseICS(stream))
    .filter((component) => component.type === "VEVENT")
    .map((event) => ({
      uid: event.uid,
      starts: moment(event.start),
      ends: moment(event.end),
      summary: event.summary,
      description: event.description,
      sequence: event.sequence,
      status: event.status,
      url: event.url,
      location: event.location,
    }));
}

const seen = await readers[process.argv[2]](readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(seen, (_, value) => value ?? ""));
