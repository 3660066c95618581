"use strict";

/* What systems of the business send through the hub: the composer, the commands and what became of them, and the customer's say on
   promotions. Drawn by sandbox.js as part of each scene. */

const SOURCES = { bot: "Bot", agent: "Agent", crm: "CRM", campaign: "Campaign", system: "API" };
const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

/** Who asked for a message: as its event says, or as the command does whose event is yet to come. */
function sourceOf(wamid) {
  return scene.sources[wamid] || scene.commands.find(command => command.standing && command.standing.wamid === wamid)?.source;
}

/* ---- templates ---- */

const bodyOf = template => (template.components || []).find(part => part.type === "BODY")?.text || "";
const headline = template => template.name.replace(/_/g, " ");

/** Those that need nothing but words: no picture, no address. */
function plainTemplates() {
  return scene.templates.filter(template => (template.components || []).every(part =>
    part.type === "BODY" || part.type === "FOOTER"
    || (part.type === "BUTTONS" && part.buttons.every(button => button.type === "QUICK_REPLY"))));
}

/** A template message as the customer reads it. */
function templateText(content) {
  const known = scene.templates.find(each => each.name === content.name && each.language === (content.language || {}).code);
  const values = (content.components || []).filter(part => part.type === "body").flatMap(part => part.parameters || []);
  const named = Object.fromEntries(values.map((value, at) => [value.parameter_name || String(at + 1), value.text]));
  return known ? bodyOf(known).replace(PLACEHOLDER, (all, name) => named[name] ?? all) : "Template “" + content.name + "”";
}

const typed = new Map(); // template and placeholder → what was typed for it
let chosen = ""; // template that is shown
let prefilledFor = "";

function firstName() {
  const chat = scene.chats.find(each => each.customer.id === selected);
  return chat ? chat.customer.name.split(" ")[0] : "";
}

function valueOf(template, name, at) {
  return typed.get(template.name + " " + name) ?? (at === 0 ? firstName() : "1234");
}

function placeholders(template) {
  return [...new Set([...bodyOf(template).matchAll(PLACEHOLDER)].map(match => match[1]))];
}

/** Meta's template object with what was filled in. */
function filled(template) {
  const parameters = placeholders(template).map((name, at) => ({
    type: "text",
    ...(template.parameter_format === "NAMED" ? { parameter_name: name } : {}),
    text: valueOf(template, name, at) || "–",
  }));
  return {
    name: template.name,
    language: { code: template.language },
    ...(parameters.length ? { components: [{ type: "body", parameters }] } : {}),
  };
}

function drawTemplate() {
  const template = plainTemplates().find(each => each.name === chosen);
  $("template").hidden = !template;
  if (!template) return;
  const print = template.name + " " + selected;
  if (prefilledFor !== print) {
    prefilledFor = print;
    typed.clear();
    $("template-values").replaceChildren(...placeholders(template).map((name, at) => {
      const label = el("label", "", "{{" + name + "}}");
      const input = el("input");
      input.value = valueOf(template, name, at);
      input.maxLength = 120;
      input.addEventListener("input", () => { typed.set(template.name + " " + name, input.value); drawTemplate(); });
      label.append(input);
      return label;
    }));
  }
  setText("template-text", templateText(filled(template)));
}

/* ---- composer ---- */

function options(select, wanted) {
  const print = JSON.stringify(wanted);
  if (select.dataset.print === print) return;
  const before = select.value;
  select.dataset.print = print;
  select.replaceChildren(...wanted.map(([value, text]) => {
    const option = el("option", "", text);
    option.value = value;
    return option;
  }));
  if (wanted.some(([value]) => value === before)) select.value = before;
}

function templateOption(template) {
  const status = template.status === "APPROVED" ? "" : ", " + template.status.toLowerCase();
  return headline(template) + " (" + template.category.toLowerCase() + status + ")";
}

function drawComposer(chat) {
  const templates = plainTemplates();
  setText("sending-to", chat.customer.name);
  options($("sending-what"), [["text", "Text"], ...templates.map(each => [each.name, "Template: " + templateOption(each)])]);
  const what = $("sending-what").value;
  const asText = what === "text";
  $("sending-text").hidden = !asText;
  const closed = asText && !chat.windowOpen;
  $("offer").hidden = !closed;
  if (closed) {
    const name = chat.customer.name.split(" ")[0];
    setText("offer-why", chat.windowEnds
      ? name + " last wrote more than 24 hours ago, so WhatsApp takes an approved template only."
      : name + " has not written to this number yet, so WhatsApp takes an approved template only.");
    options($("offer-instead"), [
      ...templates.filter(each => each.status === "APPROVED").map(each => [each.name, "send the template " + templateOption(each)]),
      ["HOLD", "wait until " + name + " writes"],
      ["NOTHING", "nothing: try the text all the same"],
    ]);
  }
  chosen = asText ? (closed ? $("offer-instead").value : "") : what;
  drawTemplate();
}

function sendCommand(event) {
  event.preventDefault();
  const source = $("sending-source").value;
  const template = plainTemplates().find(each => each.name === chosen);
  const asText = $("sending-what").value === "text";
  const text = $("sending-text").value.trim();
  if (asText && !text) {
    $("sending-text").focus();
    return;
  }
  const instead = $("offer").hidden ? "NOTHING" : $("offer-instead").value;
  const body = {
    source,
    text: asText ? text : null,
    template: template ? filled(template) : null,
    whenClosed: template && asText ? "TEMPLATE" : instead === "HOLD" ? "HOLD" : "NOTHING",
  };
  call("POST", at(selected) + "/commands", body).then(() => { if (asText) $("sending-text").value = ""; }, error => say(error.message));
}

/* ---- commands ---- */

const REASONS = {
  window_closed: "The customer has not written for 24 hours: only an approved template may go.",
  opted_out: "The customer has stopped promotions from this business.",
  person_has_conversation: "A person has this conversation, so the bot keeps quiet.",
  template_unavailable: "WhatsApp does not take this template at the moment.",
  template_mismatch: "The template is filled in differently from what was approved.",
  outcome_unknown: "The answer got lost, and no status has come in time.",
  interrupted: "The hub was stopped while it was sending.",
  undeliverable: "The customer cannot be reached on WhatsApp.",
  pair_rate_limit: "Too many messages to this customer in a short time.",
  rate_limit: "The number sends as much as it may.",
  expired: "It was too late to send.",
  cancelled: "It was taken back.",
  unreachable: "WhatsApp cannot be reached; the hub tries again.",
};

/** One sentence on where a command stands, and whether it is good news. */
function verdict(command) {
  const standing = command.standing;
  if (!standing) return null;
  const states = standing.transitions.map(step => step.state);
  const said = REASONS[standing.reason] || (standing.reason ? standing.reason.replace(/_/g, " ") : "");
  switch (standing.state) {
    case "rejected": case "expired": case "cancelled":
      return { tone: "bad", text: "Not sent. " + said, detail: standing.detail };
    case "failed":
      return { tone: "bad", text: (standing.error ? "WhatsApp refused it. " : "Failed. ") + said, detail: standing.error && "Meta’s code " + standing.error.code };
    case "unresolved":
      return { tone: "warn", text: "The answer got lost: it may have gone out or not. It is not sent again; a status will tell." };
    case "held":
      return { tone: "warn", text: "Waits until the customer writes." };
    case "queued":
      return said ? { tone: "warn", text: said } : null;
    default:
      if (states.includes("unresolved")) {
        return { tone: "good", text: "Resolved: a status proved that it had gone out. Sent once." };
      }
      return standing.fallback ? { tone: "good", text: "The window was closed, so the template went out in place of the text." } : null;
  }
}

function trail(standing) {
  const line = el("p", "trail");
  const steps = [];
  for (const { state } of standing.transitions) if (steps.at(-1) !== state) steps.push(state);
  steps.forEach((state, at) => {
    if (at) line.append(el("i", "", "→"));
    line.append(el("span", "step is-" + state + (at === steps.length - 1 ? " last" : ""), state));
  });
  return line;
}

function commandNode(command, name) {
  const row = el("li");
  const state = command.standing ? command.standing.state : "accepted";
  const head = el("div", "command-head");
  const what = command.text || (command.template ? "Template “" + headline({ name: command.template }) + "”" : "Message");
  head.append(el("span", "by", SOURCES[command.source] || "API"), el("span", "what", what));
  head.append(el("span", "muted to", name), el("time", "", clock.format(new Date(command.at))));
  row.append(head);
  if (command.standing) row.append(trail(command.standing));
  const sentence = verdict(command);
  if (sentence) {
    const line = el("p", "verdict " + sentence.tone, sentence.text);
    if (sentence.detail) line.title = sentence.detail;
    if (command.standing.reason === "window_closed" && (state === "rejected" || state === "failed") && command.customer) {
      line.append(" ", button("Send a template instead", () => offerTemplate(command)));
    }
    row.append(line);
  }
  return row;
}

function offerTemplate(command) {
  selected = command.customer;
  const first = plainTemplates().find(each => each.status === "APPROVED");
  if (first) $("sending-what").value = first.name;
  draw();
  $("template-values").querySelector("input")?.focus();
}

function drawCommands() {
  const names = Object.fromEntries(scene.chats.map(chat => [chat.customer.id, chat.customer.name]));
  const list = scene.commands.length ? scene.commands : [null];
  reconcile($("commands"), list.map(command => command ? {
    key: command.id,
    print: JSON.stringify([command.standing, names[command.customer]]),
    make: () => commandNode(command, names[command.customer] || ""),
  } : {
    key: "none",
    print: "none",
    make: () => el("li", "none muted", "What systems send appears here, with what became of it."),
  }));
}

/* ---- the customer's say ---- */

function drawOffers(chat) {
  $("offers").classList.toggle("paused", !chat.offers);
  setText("offers-text", chat.offers ? "Promotions are on" : "Promotions stopped");
  setText("offers-switch", chat.offers ? "Stop promotions" : "Resume");
  $("offers-switch").dataset.on = String(!chat.offers);
}

function drawSending(chat) {
  drawOffers(chat);
  drawComposer(chat);
  drawCommands();
}

function wireSending() {
  $("sending-form").addEventListener("submit", sendCommand);
  for (const id of ["sending-what", "offer-instead"]) $(id).addEventListener("change", draw);
  $("offers-switch").addEventListener("click", () => act("PUT", at(selected) + "/offers", { on: $("offers-switch").dataset.on === "true" }));
}
