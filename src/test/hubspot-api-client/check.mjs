// Drives the simulated HubSpot with HubSpot's own client. Arguments: URL, access token.
import assert from "node:assert/strict";
import hubspot from "@hubspot/api-client";

const [basePath, accessToken] = process.argv.slice(2);
const client = new hubspot.Client({ accessToken, basePath, numberOfApiCallRetries: 3 });
const { contacts, objects: { communications }, properties, associations } = client.crm;
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

const property = (name, unique) => ({
  name, label: name, groupName: "checked", type: "string", fieldType: "text", hasUniqueValue: unique,
});
const message = (id, body, traced = true) => ({
  id, idProperty: "checked_id", ...(traced && { objectWriteTraceId: id + body }),
  properties: {
    hs_communication_channel_type: "WHATS_APP", hs_communication_logged_from: "CRM",
    hs_communication_body: body, hs_timestamp: new Date().toISOString(),
  },
});

await check("a wrong token is refused", async () => {
  const stranger = new hubspot.Client({ accessToken: "wrong", basePath });
  await assert.rejects(stranger.crm.properties.coreApi.getAll("contacts"), error => error.code === 401);
});

await check("properties are made once, with a group", async () => {
  for (const object of ["contacts", "communications"]) {
    await properties.groupsApi.create(object, { name: "checked", label: "Checked" });
    const made = await properties.coreApi.create(object, property("checked_id", true));
    assert.equal(made.name, "checked_id");
    await assert.rejects(properties.coreApi.create(object, property("checked_id", true)), error => error.code === 409);
    const all = await properties.coreApi.getAll(object);
    assert.equal(all.results.find(each => each.name === "checked_id").hasUniqueValue, true);
  }
});

let contact;
await check("an upsert by a unique property makes a contact once", async () => {
  const input = { id: "447700900999", idProperty: "checked_id", properties: { firstname: "Ida", phone: "+44 7700 900999" } };
  const first = await contacts.batchApi.upsert({ inputs: [input] });
  const again = await contacts.batchApi.upsert({ inputs: [input] });
  contact = first.results[0].id;
  assert.equal(first.results[0]._new ?? first.results[0].new, true);
  assert.equal(again.results[0]._new ?? again.results[0].new, false);
  assert.equal(again.results[0].id, contact);
});

await check("a contact with a known e-mail address is a conflict", async () => {
  const one = { properties: { email: "ida@example.com" }, associations: [] };
  await contacts.basicApi.create(one);
  await assert.rejects(contacts.basicApi.create(one),
    error => error.code === 409 && /Existing ID: \d+/.test(error.body.message));
});

await check("a batch read names what is missing", async () => {
  const read = await contacts.batchApi.read({
    inputs: [{ id: "447700900999" }, { id: "nobody" }], idProperty: "checked_id", properties: ["phone"], propertiesWithHistory: [],
  });
  assert.equal(read.results.length, 1);
  assert.equal(read.errors[0].category, "OBJECT_NOT_FOUND");
  assert.deepEqual(read.errors[0].context.ids, ["nobody"]);
});

await check("a search finds a number without its country code", async () => {
  const found = await contacts.searchApi.doSearch({
    filterGroups: [{ filters: [{ propertyName: "hs_searchable_calculated_phone_number", operator: "IN", values: ["7700900999"] }] }],
    properties: ["phone"], limit: 10, sorts: [], after: "0",
  });
  assert.equal(found.total, 1);
  assert.equal(found.results[0].id, contact);
});

let written;
await check("of a batch with trace ids the wrong record is named, the rest written", async () => {
  const wrong = message("m2", "x");
  wrong.properties.hs_communication_channel_type = "PIGEON";
  const answer = await communications.batchApi.upsert({ inputs: [message("m1", "hello"), wrong] });
  assert.equal(answer.results.length, 1);
  assert.deepEqual(answer.errors[0].context.objectWriteTraceId, ["m2x"]);
  written = answer.results[0].id;
});

await check("without trace ids one wrong record fails all", async () => {
  const inputs = [message("m3", "x", false), message("m4", "x", false)];
  inputs[1].properties.hs_communication_logged_from = "ELSEWHERE";
  await assert.rejects(communications.batchApi.upsert({ inputs }), error => error.code === 400);
});

await check("one id twice in a batch is refused", async () => {
  await assert.rejects(communications.batchApi.upsert({ inputs: [message("m5", "a"), message("m5", "b")] }),
    error => error.code === 400 && error.body.message.includes("Duplicate IDs found in batch input"));
});

await check("an update changes what is there and names what is not", async () => {
  const answer = await communications.batchApi.update({
    inputs: ["m1", "m9"].map(id => ({ id, idProperty: "checked_id", objectWriteTraceId: id, properties: { hs_communication_body: "new" } })),
  });
  assert.equal(answer.results[0].properties.hs_communication_body, "new");
  assert.equal(answer.errors[0].category, "OBJECT_NOT_FOUND");
});

await check("a message is put onto a contact, again without effect", async () => {
  const pair = { inputs: [{ _from: { id: written }, to: { id: contact } }] };
  for (let i = 0; i < 2; i++) {
    const answer = await associations.v4.batchApi.createDefault("communications", "contacts", pair);
    assert.equal(answer.results.length, 1);
  }
});

await check("the client waits out the limit of searches by itself", async () => {
  const nothing = { filterGroups: [], properties: [], limit: 1, sorts: [], after: "0" };
  await Promise.all(Array.from({ length: 8 }, () => contacts.searchApi.doSearch(nothing)));
});

process.exit(failed ? 1 : 0);
