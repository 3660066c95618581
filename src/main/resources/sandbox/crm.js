"use strict";

/* The simulated CRMs beside the hub. Each scene brings a view per CRM, all of one form, so one more CRM needs nothing here: a tab
   appears, with its people, the messages of whoever is chosen, and a line to write to them as an agent of that CRM would. */

let tab = location.hash.slice(1) || "hub";
let person = null; // chosen in the CRM; otherwise whoever the selected customer is there
let personOf = null; // customer for whom that choice holds

const digits = text => (text || "").replace(/\D/g, "");
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const shownAddress = text => (/^\d{7,15}$/.test(text || "") ? "+" + text : text || "no number");

/** Whether an address in a CRM is this customer's: by phone number, WhatsApp id or user name. */
function isCustomer(entry, customer) {
  const { address } = entry;
  if (!address) return false;
  return address === customer.bsuid || address === customer.username
    || (Boolean(customer.waId) && /^[+\d\s()./-]+$/.test(address) && digits(address) === customer.waId);
}

function drawTabs() {
  const wanted = [["hub", "Hub"], ...Object.entries(scene.crms).map(([id, crm]) => [id, crm.name])];
  if (!wanted.some(([id]) => id === tab)) tab = "hub";
  reconcile($("tabs"), wanted.map(([id, name]) => ({
    key: id,
    print: name + (id === tab),
    make: () => {
      const node = button(name, () => show(id));
      node.id = "to-" + id;
      node.setAttribute("role", "tab");
      node.setAttribute("aria-selected", String(id === tab));
      node.setAttribute("aria-controls", id === "hub" ? "tab-hub" : "tab-crm");
      return node;
    },
  })));
  $("tab-hub").hidden = tab !== "hub";
  $("tab-crm").hidden = tab === "hub";
  $("tab-crm").setAttribute("aria-labelledby", "to-" + tab);
}

function show(id) {
  tab = id;
  person = null;
  history.replaceState(null, "", "#" + id);
  $("crm-messages").replaceChildren();
  draw();
  $("to-" + id).focus();
}

function choose(chosen) {
  const chat = scene.chats.find(each => isCustomer(chosen, each.customer));
  if (chat) selected = chat.customer.id;
  person = chosen.id;
  personOf = selected;
  draw();
}

function drawCrmPeople(crm, shown) {
  reconcile($("crm-people"), crm.people.map(each => ({
    key: each.id,
    print: JSON.stringify([each, shown && shown.id === each.id]),
    make: () => {
      const node = button("", () => choose(each));
      node.setAttribute("aria-pressed", String(Boolean(shown) && shown.id === each.id));
      const face = el("span", "avatar", initials(each.name));
      face.style.setProperty("--hue", hue(each.name));
      face.setAttribute("aria-hidden", "true");
      const who = el("span", "crm-who");
      who.append(el("b", "", each.name), el("small", "", shownAddress(each.address)));
      node.append(face, who, el("span", "crm-kind", each.kind));
      return node;
    },
  })));
}

const OUTCOMES = {
  received: "good", sent: "", delivered: "good", read: "good", played: "good", published: "",
  failed: "bad", rejected: "bad", unresolved: "warn", deleted: "",
};

function crmMessage(message) {
  const row = el("li", "by-" + message.side.toLowerCase());
  const head = el("p", "crm-line");
  const who = { CUSTOMER: "Customer", APP: "App", HUB: "API" }[message.side];
  const at = new Date(message.at);
  const today = at.toDateString() === new Date().toDateString();
  const stamp = el("time", "", today ? time.format(at) : date.format(at));
  stamp.dateTime = message.at;
  const status = message.status || "";
  head.append(el("span", "by", who), el("span", "what", message.text), el("span", "status " + (OUTCOMES[status] ?? ""), status), stamp);
  row.append(head);
  if (message.problem) row.append(el("p", "verdict bad", message.problem));
  return row;
}

function drawCrmRecord(crm, shown, customer) {
  const name = shown ? shown.name : customer.name;
  setText("crm-name", name);
  setText("crm-record", shown ? shown.kind + (shown.known ? ", recognised" : "") : "not in " + crm.name);
  const messages = crm.messages.filter(message => (shown && message.person === shown.id)
    || (!message.person && isCustomer(message, customer) && (!shown || isCustomer(shown, customer))));
  const list = $("crm-messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  reconcile(list, messages.map(message => ({
    key: message.id,
    print: JSON.stringify(message),
    make: () => crmMessage(message),
  })));
  if (atEnd) list.scrollTop = list.scrollHeight;
  $("crm-empty").hidden = messages.length > 0;
  setText("crm-empty", shown
    ? "No messages yet. What " + name.split(" ")[0] + " and the business write appears here."
    : "Nobody in " + crm.name + " is " + name.split(" ")[0] + ". That changes with the first message.");
  for (const control of $("crm-form").elements) control.disabled = !shown || !shown.address;
  $("crm-text").placeholder = shown ? "Write as an agent in " + crm.name : "Nobody to write to";
  setText("crm-how", shown ? "Sending " + crm.how : "");
  $("crm-form").dataset.person = shown ? shown.id : "";
}

function drawCrmNotes(crm) {
  $("crm-notes-panel").hidden = crm.notes.length === 0;
  reconcile($("crm-notes"), crm.notes.map(note => ({
    key: note.id,
    print: note.title + note.text,
    make: () => {
      const row = el("li");
      row.append(el("b", "", note.title), el("p", "", note.text));
      return row;
    },
  })));
}

function drawCrm(chat) {
  drawTabs();
  const crm = scene.crms[tab];
  if (!crm) return;
  if (personOf !== selected) person = null;
  const { customer } = chat;
  const matching = crm.people.filter(each => isCustomer(each, customer));
  const shown = crm.people.find(each => each.id === person) || matching.find(each => each.known) || matching[0];
  setText("crm-summary", crm.summary);
  drawCrmPeople(crm, shown);
  drawCrmRecord(crm, shown, customer);
  drawCrmNotes(crm);
}

function wireCrm() {
  $("crm-form").addEventListener("submit", event => {
    event.preventDefault();
    const text = $("crm-text").value.trim();
    const to = $("crm-form").dataset.person;
    if (!text || !to) return;
    $("crm-messages").scrollTop = $("crm-messages").scrollHeight;
    act("POST", "/crms/" + tab + "/people/" + encodeURIComponent(to) + "/messages", { text });
    $("crm-text").value = "";
  });
}
