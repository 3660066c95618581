// Drives the simulated Salesforce with jsforce. Arguments: URL, client id, client secret, user name, password.
import assert from "node:assert/strict";
import jsforce from "jsforce";

const [loginUrl, clientId, clientSecret, username, password] = process.argv.slice(2);
const version = "62.0";
const oauth2 = () => new jsforce.OAuth2({ loginUrl, clientId, clientSecret });
let conn;
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

await check("login by user name and password", async () => {
  const other = new jsforce.Connection({ oauth2: oauth2(), version });
  const user = await other.login(username, password);
  assert.match(user.id, /^005/);
  assert.match(user.organizationId, /^00D/);
  assert.equal((await other.identity()).organization_id, user.organizationId);
  await other.logout();
  await assert.rejects(other.query("SELECT Id FROM Contact"));
});

await check("login by client credentials", async () => {
  conn = new jsforce.Connection({ oauth2: oauth2(), version });
  await conn.authorize({ grant_type: "client_credentials" });
  assert.equal(conn.instanceUrl, loginUrl);
});

await check("a wrong secret is told as invalid_client", async () => {
  const wrong = new jsforce.OAuth2({ loginUrl, clientId, clientSecret: "wrong" });
  await assert.rejects(new jsforce.Connection({ oauth2: wrong }).authorize({ grant_type: "client_credentials" }),
    error => error.name === "invalid_client");
});

await check("versions, global describe, describe", async () => {
  const versions = await conn.request("/services/data");
  assert.ok(versions.some(each => each.version === version));
  const all = await conn.describeGlobal();
  assert.ok(all.sobjects.some(each => each.name === "WhatsApp_Message__c"));
  const message = await conn.sobject("WhatsApp_Message__c").describe();
  const wamid = message.fields.find(each => each.name === "Wamid__c");
  assert.ok(wamid.externalId && wamid.unique && wamid.caseSensitive);
  assert.deepEqual(message.fields.find(each => each.name === "Contact__c").referenceTo, ["Contact"]);
});

let ana;
await check("create, retrieve, update, delete", async () => {
  const created = await conn.sobject("Contact").create({ LastName: "Ribeiro", FirstName: "Ana", MobilePhone: "+44 7700 900123", WhatsApp_Id__c: "447700900123" });
  assert.ok(created.success);
  ana = created.id;
  assert.equal(ana.length, 18);
  assert.ok((await conn.sobject("Contact").update({ Id: ana, Email: "ana@example.com" })).success);
  const read = await conn.sobject("Contact").retrieve(ana);
  assert.equal(read.Name, "Ana Ribeiro");
  assert.equal(read.Email, "ana@example.com");
  const gone = await conn.sobject("Contact").create({ LastName: "Gone" });
  assert.ok((await conn.sobject("Contact").destroy(gone.id)).success);
  await assert.rejects(conn.sobject("Contact").retrieve(gone.id), error => error.errorCode === "NOT_FOUND");
});

await check("errors carry Salesforce's codes", async () => {
  await assert.rejects(conn.sobject("Contact").create({ FirstName: "Nobody" }), error => error.errorCode === "REQUIRED_FIELD_MISSING");
  await assert.rejects(conn.sobject("Contact").create({ LastName: "A", Fax: "1" }), error => error.errorCode === "INVALID_FIELD");
  await assert.rejects(conn.sobject("Nothing__c").create({ Name: "A" }), error => error.errorCode === "NOT_FOUND");
});

await check("upsert by external id: created, then updated", async () => {
  const messages = conn.sobject("WhatsApp_Message__c");
  const wamid = "wamid.HBgMNDQ3NzAw+A==";
  const first = await messages.upsert({ Wamid__c: wamid, Body__c: "Hello" }, "Wamid__c");
  const second = await messages.upsert({ Wamid__c: wamid, Status__c: "read", Contact__r: { WhatsApp_Id__c: "447700900123" } }, "Wamid__c");
  assert.equal(first.created, true);
  assert.equal(second.created, false);
  assert.equal(first.id, second.id);
});

await check("composite collection: 200 upserts in one call, a result each", async () => {
  const records = Array.from({ length: 200 }, (_, i) => ({ Wamid__c: "wamid.many." + i, Body__c: i === 7 ? "x".repeat(40000) : "Message " + i }));
  const results = await conn.sobject("WhatsApp_Message__c").upsert(records, "Wamid__c");
  assert.equal(results.length, 200);
  assert.equal(results.filter(each => each.success && each.created).length, 199);
  assert.equal(results[7].errors[0].statusCode, "STRING_TOO_LONG");
  const none = await conn.sobject("WhatsApp_Message__c").upsert([{ Wamid__c: "wamid.a" }, { Wamid__c: "wamid.b", Body__c: "x".repeat(40000) }], "Wamid__c", { allOrNone: true });
  assert.equal(none[0].errors[0].statusCode, "ALL_OR_NONE_OPERATION_ROLLED_BACK");
});

await check("composite collection: create, update, retrieve, delete many", async () => {
  const leads = conn.sobject("Lead");
  const created = await leads.create([{ LastName: "One", Company: "-" }, { LastName: "Two", Company: "-" }]);
  const ids = created.map(each => each.id);
  assert.ok((await leads.update(ids.map(Id => ({ Id, Status: "Working" })))).every(each => each.success));
  assert.deepEqual((await leads.retrieve(ids)).map(each => each.Status), ["Working", "Working"]);
  assert.ok((await leads.destroy(ids)).every(each => each.success));
  assert.equal(await leads.count(), 0);
});

await check("composite request with a reference", async () => {
  const answer = await conn.requestPost("/composite", { allOrNone: true, compositeRequest: [
    { method: "POST", url: "/services/data/v62.0/sobjects/Case", referenceId: "c", body: { Subject: "Lost parcel" } },
    { method: "GET", url: "/services/data/v62.0/sobjects/Case/@{c.id}?fields=CaseNumber", referenceId: "read" }] });
  assert.deepEqual(answer.compositeResponse.map(each => each.httpStatusCode), [201, 200]);
  assert.ok(answer.compositeResponse[1].body.CaseNumber);
});

await check("query: conditions, relationship, order, count", async () => {
  const found = await conn.query("SELECT Id, Wamid__c, Contact__r.Name FROM WhatsApp_Message__c WHERE Contact__r.WhatsApp_Id__c = '447700900123'");
  assert.equal(found.totalSize, 1);
  assert.equal(found.records[0].Contact__r.Name, "Ana Ribeiro");
  const built = await conn.sobject("WhatsApp_Message__c").find({ Wamid__c: { $like: "wamid.many.1%" } }, "Id, Wamid__c").sort("-Wamid__c").limit(3);
  assert.deepEqual(built.map(each => each.Wamid__c), ["wamid.many.199", "wamid.many.198", "wamid.many.197"]);
  assert.equal(await conn.sobject("WhatsApp_Message__c").count({ Wamid__c: { $like: "wamid.many.%" } }), 199);
  await assert.rejects(conn.query("SELECT Nothing FROM Contact"), error => error.errorCode === "INVALID_FIELD");
});

await check("query by pages", async () => {
  const all = await conn.query("SELECT Id FROM WhatsApp_Message__c", { autoFetch: true, maxFetch: 5000, headers: { "Sforce-Query-Options": "batchSize=200" } });
  assert.equal(all.records.length, 200);
  let page = await conn.request({ method: "GET", url: "/query?q=" + encodeURIComponent("SELECT Id FROM WhatsApp_Message__c"), headers: { "Sforce-Query-Options": "batchSize=200" } });
  for (let i = 0; i < 3; i++) await conn.sobject("WhatsApp_Message__c").create({ Wamid__c: "wamid.page." + i });
  page = await conn.request({ method: "GET", url: "/query?q=" + encodeURIComponent("SELECT Id FROM WhatsApp_Message__c"), headers: { "Sforce-Query-Options": "batchSize=200" } });
  assert.equal(page.done, false);
  const rest = await conn.queryMore(page.nextRecordsUrl);
  assert.equal(rest.records.length, 3);
});

await check("search: SOSL by phone, parameterized search", async () => {
  const sosl = await conn.search("FIND {7700900123} IN PHONE FIELDS RETURNING Contact(Id, Name), Lead(Id)");
  assert.deepEqual(sosl.searchRecords.map(each => each.Id), [ana]);
  const by = await conn.requestPost("/parameterizedSearch", { q: "447700900123", in: "PHONE", fields: ["Id"], sobjects: [{ name: "Contact", fields: ["Id", "MobilePhone"] }] });
  assert.equal(by.searchRecords[0].MobilePhone, "+44 7700 900123");
});

await check("Bulk 2.0: upsert 500 rows, results by row", async () => {
  const input = Array.from({ length: 500 }, (_, i) => ({ Wamid__c: "wamid.bulk." + i, Body__c: i === 3 ? "x".repeat(40000) : 'Line "' + i + '",\nsecond line' }));
  conn.bulk2.pollInterval = 50;
  const results = await conn.bulk2.loadAndWaitForResults({ object: "WhatsApp_Message__c", operation: "upsert", externalIdFieldName: "Wamid__c", input });
  assert.equal(results.successfulResults.length, 499);
  assert.equal(results.failedResults.length, 1);
  assert.match(results.failedResults[0].sf__Error, /^STRING_TOO_LONG:/);
  assert.equal(results.unprocessedRecords.length, 0);
  const one = await conn.sobject("WhatsApp_Message__c").findOne({ Wamid__c: "wamid.bulk.42" }, "Body__c");
  assert.equal(one.Body__c, 'Line "42",\nsecond line');
});

await check("a platform event is enqueued", async () => {
  const published = await conn.sobject("WhatsApp_Send_Result__e").create({ Client_Ref__c: "r1", Status__c: "sent" });
  assert.ok(published.success);
  assert.equal(published.errors[0].statusCode, "OPERATION_ENQUEUED");
});

await check("limits, and usage in every answer", async () => {
  const limits = await conn.limits();
  assert.equal(limits.DailyApiRequests.Max, 100000);
  assert.equal(conn.limitInfo.apiUsage.limit, 100000);
  assert.equal(limits.DailyApiRequests.Max - limits.DailyApiRequests.Remaining, conn.limitInfo.apiUsage.used);
});

await check("an ended session is refreshed and the call repeated", async () => {
  const good = await conn.query("SELECT COUNT() FROM Contact");
  await oauth2().revokeToken(conn.accessToken);
  const renewing = new jsforce.Connection({ instanceUrl: conn.instanceUrl, accessToken: conn.accessToken, version,
    refreshFn: async (connection, done) => {
      const login = await oauth2().requestToken({ grant_type: "client_credentials" });
      done(null, login.access_token);
    } });
  assert.equal((await renewing.query("SELECT COUNT() FROM Contact")).totalSize, good.totalSize);
});

console.log(failed === 0 ? "all passed" : failed + " failed");
process.exit(failed === 0 ? 0 : 1);
