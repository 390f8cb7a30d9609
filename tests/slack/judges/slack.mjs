// Serves emulate's Slack on the port of the first argument until stdin ends.
import { createEmulator } from "emulate";

const emulator = await createEmulator({
  service: "slack",
  port: Number(process.argv[2]),
  seed: {
    tokens: { "xoxb-1-2-judge": { login: "callevents", scopes: ["chat:write", "users:read", "channels:read"] } },
    slack: {
      team: { name: "Judges", domain: "judges" },
      users: [{ name: "mei", real_name: "Mei Lin", email: "mei@example.com" }],
      channels: [{ name: "support", topic: "" }],
    },
  },
});
console.log("ready");
process.stdin.resume();
process.stdin.on("end", async () => {
  await emulator.close();
  process.exit(0);
});
