// Drives the simulated Pub/Sub API with Google's gRPC for Node and avsc. Arguments: URL, gRPC port, client id, client secret, proto file.
import assert from "node:assert/strict";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import avro from "avsc";

const [url, port, clientId, clientSecret, proto] = process.argv.slice(2);
const topicName = "/event/WhatsApp_Send_Result__e";
const { PubSub } = grpc.loadPackageDefinition(protoLoader.loadSync(proto, { keepCase: true, defaults: true, enums: String })).eventbus.v1;
const client = new PubSub("127.0.0.1:" + port, grpc.credentials.createInsecure());
let failed = 0;

async function check(name, work) {
  try {
    await work();
    console.log("ok      " + name);
  } catch (error) {
    failed++;
    console.log("FAILED  " + name + "\n        " + (error.stack || error));
  }
}

const login = await (await fetch(url + "/services/oauth2/token", {
  method: "POST",
  body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
})).json();
const tenant = login.id.split("/").at(-2);

function metadata(token = login.access_token) {
  const headers = new grpc.Metadata();
  headers.set("accesstoken", token);
  headers.set("instanceurl", login.instance_url);
  headers.set("tenantid", tenant);
  return headers;
}

const unary = (method, request, headers = metadata()) => new Promise((resolve, reject) =>
  client[method](request, headers, (error, answer) => (error ? reject(error) : resolve(answer))));
const code = error => (error.metadata.get("error-code")[0] || "").replace("sfdc.platform.eventbus.grpc.", "");

let schemaId;
let type;
await check("GetTopic and GetSchema", async () => {
  const topic = await unary("GetTopic", { topic_name: topicName });
  assert.ok(topic.can_publish && topic.can_subscribe);
  schemaId = topic.schema_id;
  type = avro.Type.forSchema(JSON.parse((await unary("GetSchema", { schema_id: schemaId })).schema_json));
});

const event = ref => ({ id: ref, schema_id: schemaId, payload: type.toBuffer({ ...Object.fromEntries(type.fields.map(field => [field.name, null])), CreatedDate: 0, CreatedById: "", Client_Ref__c: ref }) });
const refOf = consumed => type.fromBuffer(consumed.event.payload).Client_Ref__c;

let second;
await check("Publish, then Subscribe from the earliest, two at a time", async () => {
  const published = await unary("Publish", { topic_name: topicName, events: ["r1", "r2", "r3"].map(event) });
  assert.equal(published.results.length, 3);
  assert.ok(published.results.every(result => result.replay_id.length > 0));
  const stream = client.Subscribe(metadata());
  const responses = [];
  const done = new Promise((resolve, reject) => {
    stream.on("error", error => (error.code === grpc.status.CANCELLED ? resolve() : reject(error)));
    stream.on("data", response => {
      responses.push(response);
      if (responses.length === 1) stream.write({ topic_name: topicName, num_requested: 5 });
      else stream.cancel();
    });
  });
  stream.write({ topic_name: topicName, replay_preset: "EARLIEST", num_requested: 2 });
  await done;
  assert.deepEqual(responses.map(response => response.events.map(refOf)), [["r1", "r2"], ["r3"]]);
  assert.equal(responses[0].pending_num_requested, 0);
  assert.equal(responses[1].pending_num_requested, 4);
  second = responses[0].events[1].replay_id;
});

const first = request => new Promise((resolve, reject) => {
  const stream = client.Subscribe(metadata());
  stream.on("data", response => { resolve(response); stream.cancel(); });
  stream.on("error", reject);
  stream.write(request);
});

await check("Subscribe after a replay id", async () => {
  const response = await first({ topic_name: topicName, replay_preset: "CUSTOM", replay_id: second, num_requested: 5 });
  assert.deepEqual(response.events.map(refOf), ["r3"]);
});

await check("a replay id that is none: INVALID_ARGUMENT, corrupted", async () => {
  await assert.rejects(first({ topic_name: topicName, replay_preset: "CUSTOM", replay_id: Buffer.from("nonsense"), num_requested: 5 }),
    error => error.code === grpc.status.INVALID_ARGUMENT && code(error) === "subscription.fetch.replayid.corrupted");
});

await check("PublishStream answers each request", async () => {
  const stream = client.PublishStream(metadata());
  const answers = new Promise((resolve, reject) => {
    const all = [];
    stream.on("data", answer => { all.push(answer); if (all.length === 2) stream.end(); });
    stream.on("end", () => resolve(all));
    stream.on("error", reject);
  });
  stream.write({ topic_name: topicName, events: [event("s1")] });
  stream.write({ events: [event("s2"), event("s3")] });
  assert.deepEqual((await answers).map(answer => answer.results.length), [1, 2]);
});

await check("a wrong token: UNAUTHENTICATED with its code", async () => {
  await assert.rejects(unary("GetTopic", { topic_name: topicName }, metadata("wrong")),
    error => error.code === grpc.status.UNAUTHENTICATED && code(error) === "service.auth.error");
});

console.log(failed === 0 ? "all passed" : failed + " failed");
process.exit(failed === 0 ? 0 : 1);
