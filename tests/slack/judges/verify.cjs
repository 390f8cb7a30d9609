// Says of each request on stdin whether @slack/bolt takes it for Slack's own. Bodies and secrets are base64.
const { isValidSlackRequest } = require("@slack/bolt/dist/receivers/verify-request.js");

const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const verdicts = given.map(({ secret, timestamp, signature, body, now }) =>
  isValidSlackRequest({
    signingSecret: secret,
    body: Buffer.from(body, "base64").toString("utf8"),
    headers: { "x-slack-request-timestamp": Number(timestamp), "x-slack-signature": signature },
    nowMilliseconds: now * 1000,
  }),
);
console.log(JSON.stringify(verdicts));
