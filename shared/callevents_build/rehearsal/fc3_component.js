// In place of Serverless Devs' component fc3: deploys what it gets by the same calls of Function Compute's API, signed
// with the same key, to the address in FC_STAND_IN.
const { createHash, createHmac, randomBytes } = require("crypto");
const fs = require("fs");
const http = require("http");
const path = require("path");

const hash = (text) => createHash("sha256").update(text).digest("hex");

async function call(key, action, method, where, body) {
  const url = new URL(`${process.env.FC_STAND_IN}/2023-03-30/functions${where}`);
  const content = body === undefined ? "" : JSON.stringify(body);
  const headers = {
    host: url.host,
    "x-acs-action": action,
    "x-acs-content-sha256": hash(content),
    "x-acs-date": new Date().toISOString().replace(/\.\d+Z/, "Z"),
    "x-acs-signature-nonce": randomBytes(16).toString("hex"),
    "x-acs-version": "2023-03-30",
    ...(content && { "content-type": "application/json" }),
    ...(key.SecurityToken && {
      "x-acs-accesskey-id": key.AccessKeyID,
      "x-acs-security-token": key.SecurityToken,
    }),
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const canonical = [method, url.pathname, "", lines, names.join(";"), hash(content)].join("\n");
  const toSign = `ACS3-HMAC-SHA256\n${hash(canonical)}`;
  const signature = createHmac("sha256", key.AccessKeySecret).update(toSign).digest("hex");
  headers.authorization =
    `ACS3-HMAC-SHA256 Credential=${key.AccessKeyID},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers }, (response) => {
      let text = "";
      response.on("data", (piece) => (text += piece));
      response.on("end", () => {
        const answer = text ? JSON.parse(text) : {};
        if (response.statusCode < 400) resolve(answer);
        else if (response.statusCode === 404 && method === "GET") resolve(undefined);
        else reject(new Error(`${action}: ${response.statusCode} ${answer.Code}: ${answer.Message}`));
      });
    });
    request.on("error", reject);
    request.end(content);
  });
}

class Component {
  async deploy(inputs) {
    const key = await inputs.getCredential();
    const { region, code, triggers, asyncInvokeConfig, concurrencyConfig, logConfig, ...props } = inputs.props;
    const name = props.functionName;
    const zip = fs.readFileSync(path.resolve(path.dirname(inputs.yaml.path), code)).toString("base64");
    const there = await call(key, "GetFunction", "GET", `/${name}`);
    const body = { ...props, code: { zipFile: zip } };
    if (there) await call(key, "UpdateFunction", "PUT", `/${name}`, body);
    else await call(key, "CreateFunction", "POST", "", body);
    const shown = {};
    for (const trigger of triggers || []) {
      const own = { ...trigger, triggerConfig: JSON.stringify(trigger.triggerConfig) };
      const old = await call(key, "GetTrigger", "GET", `/${name}/triggers/${trigger.triggerName}`);
      const made = old
        ? await call(key, "UpdateTrigger", "PUT", `/${name}/triggers/${trigger.triggerName}`, own)
        : await call(key, "CreateTrigger", "POST", `/${name}/triggers`, own);
      if (made.httpTrigger) shown.system_url = made.httpTrigger.urlInternet;
    }
    if (asyncInvokeConfig)
      await call(key, "PutAsyncInvokeConfig", "PUT", `/${name}/async-invoke-config`, asyncInvokeConfig);
    if (concurrencyConfig)
      await call(key, "PutConcurrencyConfig", "PUT", `/${name}/concurrency`, concurrencyConfig);
    return { region, functionName: name, environmentVariables: props.environmentVariables, url: shown };
  }
}

module.exports = Component;
module.exports.default = Component;
