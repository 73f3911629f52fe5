// What Zoom's own library says, as JSON of what is asked on stdin:
//   node ask_rivet.mjs receive  {secret, deliveries: [{headers, body}]} -> [{status, body}]
//   node ask_rivet.mjs call     {url, token, calls: [[group, name, {path, body}]]} -> [answer]
import { readFileSync } from "node:fs";
import { AwsLambdaReceiver, MeetingsS2SAuthClient } from "@zoom/rivet/meetings";

console.debug = () => {};  // It prints each event.

async function receive({ secret, deliveries }) {
  const receiver = new AwsLambdaReceiver({ webhooksSecretToken: secret });
  const handle = receiver.start();
  const answers = [];
  for (const { headers, body } of deliveries) {
    const { statusCode, body: said } = await handle({ headers, body, isBase64Encoded: false });
    answers.push({ status: statusCode, body: JSON.parse(said) });
  }
  return answers;
}

async function call({ url, token, calls }) {
  const latest = { accessToken: token, expirationTimeIso: "2099-01-01T00:00:00Z", scopes: [] };
  const { endpoints } = new MeetingsS2SAuthClient({
    accountId: "a", clientId: "c", clientSecret: "s", disableReceiver: true, baseUrl: url,
    tokenStore: { getLatestToken: () => latest, storeToken: () => {} },
  });
  const answers = [];
  for (const [group, name, args] of calls) {
    answers.push((await endpoints[group][name](args)).data);
  }
  return answers;
}

const ask = { receive, call }[process.argv[2]];
const asked = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(await ask(asked)));
