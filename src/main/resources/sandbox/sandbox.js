"use strict";

/* The page holds no state of its own beyond what is selected: every scene from the server is drawn over the last one, and only
   elements whose content changed are replaced, so that focus, scrolling and opened details stay. All data becomes text nodes. */

const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

let scene = null;
let selected = null;
const editing = { customer: null, business: null };
const stick = { customer: true, business: true }; // whether a log follows its newest message
const seen = new Map(); // customer → number of messages when last shown

function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function button(label, onClick, className) {
  const node = el("button", className, label);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

async function call(method, path, body) {
  const answer = await fetch("/sandbox/api" + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail || "The sandbox answered " + answer.status);
  }
}

let toastTimer = 0;
function say(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 5000);
}

const act = (method, path, body) => call(method, path, body).catch(error => say(error.message));
const at = id => "/customers/" + encodeURIComponent(id);

/* ---- small words ---- */

const initials = name => (name.match(/\p{L}[\p{L}\p{M}\d'’-]*/gu) || ["?"]).map(part => part[0]).slice(0, 2).join("").toUpperCase();
const hue = name => [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);

function address(customer) {
  return customer.waId ? "+" + customer.waId : customer.username || customer.bsuid;
}

function left(until, now) {
  const minutes = Math.max(0, Math.floor((until - now) / 60000));
  return minutes >= 60 ? Math.floor(minutes / 60) + " h " + (minutes % 60) + " m" : minutes + " m";
}

/** The text of a message of any type, for bubbles and quotes. */
function textOf(bubble) {
  const content = bubble.content || {};
  switch (bubble.type) {
    case "text": return content.body || "";
    case "interactive": {
      const reply = content.button_reply || content.list_reply;
      return reply ? reply.title : (content.body && content.body.text) || "";
    }
    case "image": case "video": case "document": return content.caption || "";
    case "location": return content.name || content.latitude + ", " + content.longitude;
    case "template": return templateText(content);
    default: return "[" + bubble.type + "]";
  }
}

/* ---- bubbles ---- */

function ticks(bubble) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 21 14");
  svg.setAttribute("class", "ticks" + (bubble.tick === "READ" ? " read" : ""));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", bubble.tick.toLowerCase());
  const paths = {
    ACCEPTED: ["M10.5 3.5v4l2.5 1.5", "M10.5 1.5a5.5 5.5 0 1 0 .01 0"],
    SENT: ["M4 7.5 8 11.5 16 2.5"],
    DELIVERED: ["M1 7.5 5 11.5 13 2.5", "M10.5 10.5 11.5 11.5 19.5 2.5"],
    READ: ["M1 7.5 5 11.5 13 2.5", "M10.5 10.5 11.5 11.5 19.5 2.5"],
    FAILED: ["M6 3 15 12", "M15 3 6 12"],
  }[bubble.tick];
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

function choices(bubble, onPhone) {
  const content = bubble.content || {};
  const action = content.action || {};
  const box = el("div", "choices");
  const tap = (kind, id, title) => act("POST", at(selected) + "/taps", { wamid: bubble.wamid, kind, id, title });
  if (content.type === "button") {
    for (const { reply } of action.buttons || []) {
      const node = button(reply.title, () => tap("button_reply", reply.id, reply.title));
      node.disabled = !onPhone;
      box.append(node);
    }
  } else if (content.type === "list") {
    const list = el("details");
    list.append(el("summary", "", action.button));
    for (const section of action.sections || []) {
      for (const row of section.rows || []) {
        const node = button(row.title, () => tap("list_reply", row.id, row.title), "row");
        if (row.description) node.append(el("small", "", row.description));
        node.disabled = !onPhone;
        list.append(node);
      }
    }
    box.append(list);
  } else if (content.type === "cta_url" && action.parameters) {
    const link = el("a", "", action.parameters.display_text);
    link.href = action.parameters.url;
    link.rel = "noopener noreferrer";
    link.target = "_blank";
    box.append(link);
  }
  return box;
}

function actions(bubble, phone, mine) {
  const menu = el("details", "acts");
  const summary = el("summary", "", "⋯");
  summary.setAttribute("aria-label", "Message actions");
  menu.append(summary);
  const box = el("div");
  if (mine && bubble.type === "text") {
    box.append(button("Edit", () => { menu.open = false; startEdit(phone, bubble); }));
  }
  if (mine) {
    const path = phone === "customer" ? at(selected) + "/revokes" : "/app/revokes";
    box.append(button("Delete", () => act("POST", path, { wamid: bubble.wamid })));
  } else {
    for (const emoji of ["👍", "❤️"]) {
      const react = button(emoji, () => act("POST", at(selected) + "/reactions", { wamid: bubble.wamid, emoji }));
      react.setAttribute("aria-label", "React with " + emoji);
      box.append(react);
    }
  }
  menu.append(box);
  return menu;
}

function source(bubble) {
  if (bubble.side !== "API") return null;
  return SOURCES[sourceOf(bubble.wamid)] || "API";
}

function bubbleNode(bubble, phone, quoted, turn) {
  const mine = (bubble.side === "CUSTOMER") === (phone === "customer");
  const by = phone === "business" ? source(bubble) : null;
  const node = el("article", "bubble" + (mine ? " mine" : "") + (turn ? " turn" : ""));
  if (by === "Bot") node.classList.add("bot");
  if (bubble.past) node.classList.add("past");
  if (by) node.append(el("span", "from", by));
  if (quoted && !bubble.revoked) node.append(el("div", "quote", textOf(quoted) || quoted.type));
  if (bubble.revoked) {
    node.append(el("div", "gone", "This message was deleted"));
  } else {
    if (bubble.type === "image" && bubble.content && bubble.content.id) {
      const image = el("img");
      image.src = "/sandbox/api/media/" + encodeURIComponent(bubble.content.id);
      image.alt = bubble.content.caption || "Picture";
      image.addEventListener("load", () => follow(phone));
      node.append(image);
    }
    const text = textOf(bubble);
    if (text) node.append(el("div", "body", text));
    if (bubble.type === "interactive") node.append(choices(bubble, phone === "customer"));
  }
  const meta = el("div", "meta");
  if (bubble.edited && !bubble.revoked) meta.append(el("span", "", "edited"));
  const sent = el("time", "", time.format(new Date(bubble.at)));
  sent.dateTime = bubble.at;
  meta.append(sent);
  if (mine) meta.append(ticks(bubble));
  node.append(meta);
  if (bubble.reaction) {
    node.classList.add("reacted");
    node.append(el("span", "reaction", bubble.reaction));
  }
  const own = phone === "customer" ? mine : bubble.side === "APP";
  if (!bubble.revoked && !bubble.past && (own || (phone === "customer" && !mine))) {
    node.append(actions(bubble, phone, own));
  }
  return node;
}

/** Draws a log; children whose fingerprint is unchanged stay in the document. */
function drawLog(phone, chat) {
  const log = $(phone + "-log");
  if (log.dataset.chat !== chat.customer.id) {
    log.replaceChildren();
    stick[phone] = true;
  }
  log.dataset.chat = chat.customer.id;
  const byId = new Map(chat.bubbles.map(bubble => [bubble.wamid, bubble]));
  // What has not been delivered is not on the customer's phone.
  const arrived = bubble => phone === "business" || bubble.side === "CUSTOMER" || !["ACCEPTED", "SENT"].includes(bubble.tick);
  const sorted = chat.bubbles.filter(arrived).sort((a, b) => new Date(a.at) - new Date(b.at));
  const wanted = [];
  let lastDay = "";
  let lastSide = "";
  for (const bubble of sorted) {
    const today = day.format(new Date(bubble.at));
    if (today !== lastDay) {
      wanted.push({ key: "day " + today, print: today, make: () => el("p", "day", today) });
      lastDay = today;
      lastSide = "";
    }
    const quoted = bubble.replyTo ? byId.get(bubble.replyTo) : null;
    const turn = bubble.side !== lastSide;
    lastSide = bubble.side;
    wanted.push({
      key: bubble.wamid,
      print: JSON.stringify([bubble, sourceOf(bubble.wamid), quoted && quoted.revoked, turn]),
      make: () => bubbleNode(bubble, phone, quoted, turn),
    });
  }
  reconcile(log, wanted);
  follow(phone);
}

function follow(phone) {
  const log = $(phone + "-log");
  if (stick[phone]) log.scrollTop = log.scrollHeight;
}

function reconcile(parent, wanted) {
  const old = new Map([...parent.children].map(child => [child.dataset.key, child]));
  let cursor = parent.firstElementChild;
  for (const { key, print, make } of wanted) {
    let node = old.get(key);
    old.delete(key);
    if (!node || node.dataset.print !== print) {
      const fresh = make();
      fresh.dataset.key = key;
      fresh.dataset.print = print;
      if (node) {
        if (node === cursor) cursor = cursor.nextElementSibling;
        node.replaceWith(fresh);
        node = fresh;
        continue;
      }
      parent.insertBefore(fresh, cursor);
    } else if (node === cursor) {
      cursor = cursor.nextElementSibling;
    } else {
      parent.insertBefore(node, cursor);
    }
  }
  old.forEach(node => node.remove());
}

/* ---- phones ---- */

function drawPeople() {
  reconcile($("people"), scene.chats.map(chat => {
    const { id, name } = chat.customer;
    const unread = id !== selected && (seen.get(id) ?? chat.bubbles.length) < chat.bubbles.length;
    if (!seen.has(id) || id === selected) seen.set(id, chat.bubbles.length);
    return {
      key: id,
      print: JSON.stringify([name, id === selected, unread]),
      make: () => {
        const node = button("", () => { selected = id; draw(); $("people").querySelector("[aria-pressed=true]")?.focus(); });
        node.setAttribute("aria-pressed", String(id === selected));
        const face = el("span", "avatar", initials(name));
        face.style.setProperty("--hue", hue(name));
        face.setAttribute("aria-hidden", "true");
        node.append(face, el("span", "", name));
        if (unread) {
          node.append(el("span", "unread"), el("span", "hidden", "new messages"));
        }
        return node;
      },
    };
  }));
}

function setText(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function drawPhones(chat) {
  const { customer } = chat;
  setText("customer-name", scene.business.name);
  setText("customer-sub", !chat.phoneOn ? "phone switched off" : chat.typing ? "typing…" : customer.name + "’s phone");
  $("customer-sub").classList.toggle("typing", chat.typing && chat.phoneOn);
  $("phone-on").checked = chat.phoneOn;
  for (const control of $("customer-form").querySelectorAll("input, .round")) control.disabled = !chat.phoneOn;
  $("customer-text").placeholder = chat.phoneOn ? "Write as the customer" : "Switched off";
  setText("business-name", customer.name);
  setText("business-sub", address(customer));
  setText("business-avatar", initials(customer.name));
  $("business-avatar").style.setProperty("--hue", hue(customer.name));
  const now = new Date(scene.now);
  $("window").classList.toggle("closed", !chat.windowOpen);
  setText("window", chat.windowOpen ? "API window " + left(new Date(chat.windowEnds), now) : "API window closed");
  $("window").title = chat.windowOpen
    ? "Systems may send free-form messages until " + clock.format(new Date(chat.windowEnds))
    : "Systems may send templates only until the customer writes; the app may always write";
  drawBanner(scene.hubChats[customer.id], now);
  drawLog("customer", chat);
  drawLog("business", chat);
}

const CAUSES = { app_reply: "someone answered from the app", operator: "by an operator", bot: "the bot asked for a person", customer: "the customer asked for a person", bot_failed: "the bot does not answer", bot_budget: "the bot has spent its budget", bot_loop: "two bots talked" };

function drawBanner(hubChat, now) {
  const handover = hubChat && hubChat.handover;
  const until = handover && handover.until ? new Date(handover.until) : null;
  const paused = Boolean(handover) && handover.to === "human" && (!until || until > now);
  $("banner").hidden = !hubChat;
  $("banner").classList.toggle("paused", paused);
  const cause = paused && handover.cause ? " · " + (CAUSES[handover.cause] || handover.cause) : "";
  setText("banner-text", paused ? "Bot paused" + (until ? " until " + time.format(until) : "") + cause : "The bot answers this chat");
  setText("handover", paused ? "Hand back" : "Take over");
  $("handover").dataset.to = paused ? "bot" : "human";
}

function startEdit(phone, bubble) {
  editing[phone] = bubble.wamid;
  $(phone + "-form").querySelector(".editing").hidden = false;
  $(phone + "-text").value = textOf(bubble);
  $(phone + "-text").focus();
}

function stopEdit(phone) {
  editing[phone] = null;
  $(phone + "-form").querySelector(".editing").hidden = true;
  $(phone + "-text").value = "";
}

function submit(phone, event) {
  event.preventDefault();
  const text = $(phone + "-text").value.trim();
  if (!text || !selected) return;
  const wamid = editing[phone];
  const onPhone = phone === "customer";
  if (wamid) {
    act("POST", onPhone ? at(selected) + "/edits" : "/app/edits", { wamid, text });
  } else {
    act("POST", onPhone ? at(selected) + "/messages" : "/app/" + encodeURIComponent(selected) + "/messages", { text });
  }
  stopEdit(phone);
  stick[phone] = true;
}

/** Whoever looks at the Business App has read what is on its screen. */
function readInApp(chat) {
  const unread = chat.bubbles.filter(bubble => bubble.side === "CUSTOMER" && !bubble.past && bubble.tick !== "READ");
  const visible = document.visibilityState === "visible" && getComputedStyle($("business-log").closest(".phone")).display !== "none";
  if (unread.length && visible && document.activeElement === $("business-text")) {
    act("POST", "/app/reads", { wamid: unread[unread.length - 1].wamid });
  }
}

/* ---- hub ---- */

function gist(event) {
  const data = event.data || {};
  const type = event.type || "";
  if (type.endsWith(".status")) {
    return [data.status, data.superseded ? "superseded" : "", data.pricing && data.pricing.category].filter(Boolean).join(" · ");
  }
  if (type.endsWith(".handover")) return "to " + data.to + (data.cause ? " · " + data.cause : "");
  if (type.endsWith("preference.changed")) return "promotions: " + data.value;
  if (type.includes(".command.")) return data.reason || data.state || "";
  if (data.text) return typeof data.text === "string" ? data.text : data.text.body || "";
  return data.messageType || data.action || data.event || event.subject || "";
}

let eventCount = 0;
let firstDraw = true;
function drawEvents() {
  const list = $("events");
  const keepTop = list.scrollTop > 4 ? list.scrollHeight : 0;
  for (const event of scene.events) {
    eventCount += 1;
    const row = el("li", firstDraw ? "" : "fresh");
    const details = el("details");
    const summary = el("summary");
    const when = new Date(event.receivedtime || event.time);
    const stamp = el("time", "", clock.format(when));
    const origin = el("span", "origin by-" + (event.origin || "meta"), (event.origin || "") + (event.replay ? " · replay" : ""));
    const type = event.type || "";
    summary.append(stamp, el("span", "kind", type.startsWith("whatsapp.") ? type.slice(9) : type), origin, el("span", "gist", gist(event)));
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(el("pre", "", JSON.stringify(event, null, 2)));
    });
    row.append(details);
    setTimeout(() => row.classList.remove("fresh"), 1700);
    list.prepend(row);
  }
  while (list.children.length > 150) list.lastElementChild.remove();
  if (keepTop && scene.events.length) list.scrollTop += list.scrollHeight - keepTop;
  firstDraw = false;
  $("no-events").hidden = list.children.length > 0;
  setText("event-count", eventCount ? eventCount + " so far" : "");
  $("problem").hidden = !scene.hubProblem;
  setText("problem", scene.hubProblem || "");
}

function drawDestinations() {
  const raw = scene.destinations;
  const list = Array.isArray(raw) ? raw : (raw && raw.destinations) || [];
  const rows = list.length ? list : [{ name: "not known yet" }];
  reconcile($("destinations"), rows.map(destination => ({
    key: destination.name,
    print: JSON.stringify(destination),
    make: () => {
      const row = el("tr");
      const name = el("td", "", destination.name);
      const circuit = String(destination.circuit || "closed").toLowerCase();
      if (destination.paused || (circuit !== "closed" && circuit !== "running")) {
        name.append(el("small", "", destination.paused ? "paused" : circuit));
      }
      const dead = destination.deadLettered ?? "–";
      row.append(name, el("td", "", destination.queued ?? "–"), el("td", "", destination.delivered ?? "–"), el("td", dead > 0 ? "bad" : "", dead));
      return row;
    },
  })));
}

function drawDeliveries() {
  const calls = scene.botCalls;
  if (calls.length) {
    const last = calls[calls.length - 1];
    const what = last.handover ? "asked for a person" : last.replies + (last.replies === 1 ? " reply" : " replies");
    setText("bot-calls", clock.format(new Date(last.at)) + " · " + what);
  }
  const deliveries = scene.receiverDeliveries;
  if (deliveries.length) {
    const last = deliveries[deliveries.length - 1];
    const good = deliveries.filter(delivery => delivery.verified).length;
    const mark = el("span", good === deliveries.length ? "ok" : "no", good === deliveries.length ? "✓ signature holds" : "✗ " + (deliveries.length - good) + " with a bad signature");
    const text = clock.format(new Date(last.at)) + " · " + last.type.replace("whatsapp.", "") + " · ";
    if ($("receiver").textContent !== text + mark.textContent) $("receiver").replaceChildren(text, mark);
  }
  const tries = scene.webhooks.slice(-14);
  if (tries.length) {
    reconcile($("webhooks"), tries.map(attempt => ({
      key: attempt.post + attempt.number + attempt.at,
      print: String(attempt.status),
      make: () => {
        const pip = el("i", attempt.status === 200 ? "" : "failed");
        pip.title = attempt.fields + ", try " + attempt.number + ": " + (attempt.status || "no answer");
        return pip;
      },
    })));
    const last = tries[tries.length - 1];
    setText("webhooks-text", last.fields + (last.number > 1 ? ", try " + last.number : "") + " → " + (last.status || "no answer"));
  }
}

function drawControls() {
  const now = scene.misbehaviour;
  for (const name of ["duplicates", "reorder", "batch"]) $(name).checked = now[name];
  if (document.activeElement !== $("network")) $("network").value = now.network;
  $("network").classList.toggle("on", now.network !== "NONE");
}

/* ---- all of it ---- */

function draw() {
  if (!scene) return;
  const chat = scene.chats.find(each => each.customer.id === selected) || scene.chats[0];
  if (!chat) return;
  selected = chat.customer.id;
  drawPeople();
  drawPhones(chat);
  drawSending(chat);
  drawCrm(chat);
  drawControls();
  drawDestinations();
  drawDeliveries();
  readInApp(chat);
  $("link").dataset.ok = String(scene.subscribed);
  setText("link", scene.subscribed ? "Meta delivers to the hub" : "Waiting for the hub’s webhook");
}

function misbehave() {
  act("PUT", "/misbehaviour", {
    duplicates: $("duplicates").checked,
    reorder: $("reorder").checked,
    batch: $("batch").checked,
    network: $("network").value,
  });
}

function openStream() {
  const stream = new EventSource("/sandbox/api/stream");
  let known = false;
  stream.addEventListener("scene", message => {
    scene = JSON.parse(message.data);
    if (!known) {
      // A new stream repeats the latest events from the beginning.
      known = true;
      $("events").replaceChildren();
      eventCount = 0;
      firstDraw = true;
    }
    drawEvents();
    draw();
  });
  stream.addEventListener("error", () => {
    known = false;
    $("link").dataset.ok = "false";
    setText("link", "The hub is not running");
  });
}

function wire() {
  for (const phone of ["customer", "business"]) {
    $(phone + "-form").addEventListener("submit", event => submit(phone, event));
    const log = $(phone + "-log");
    log.addEventListener("scroll", () => { stick[phone] = log.scrollHeight - log.scrollTop - log.clientHeight < 60; });
    $(phone + "-form").querySelector(".editing button").addEventListener("click", () => stopEdit(phone));
  }
  $("business-text").addEventListener("focus", () => draw());
  $("picture").addEventListener("click", () => act("POST", at(selected) + "/pictures"));
  $("phone-on").addEventListener("change", () => act("PUT", at(selected) + "/phone", { on: $("phone-on").checked }));
  $("handover").addEventListener("click", () => act("POST", at(selected) + "/handover", { to: $("handover").dataset.to }));
  for (const name of ["duplicates", "reorder", "batch", "network"]) $(name).addEventListener("change", misbehave);
  $("close-window").addEventListener("click", () => act("POST", at(selected) + "/window/close"));
  $("history").addEventListener("click", () => act("POST", "/app/history"));
  $("contacts").addEventListener("click", () => act("POST", "/app/contacts"));
  for (const view of document.querySelectorAll(".views button")) {
    view.addEventListener("click", () => {
      document.body.dataset.view = view.dataset.view;
      for (const other of document.querySelectorAll(".views button")) other.setAttribute("aria-pressed", String(other === view));
      follow("customer");
      follow("business");
    });
  }
  if (matchMedia("(max-width: 720px)").matches) $("controls").open = false;
  $("add-person").addEventListener("click", () => { $("person-problem").hidden = true; $("person-form").reset(); $("person").showModal(); });
  $("person-cancel").addEventListener("click", () => $("person").close());
  $("person-form").addEventListener("submit", event => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData($("person-form")));
    call("POST", "/customers", fields).then(() => $("person").close(), error => {
      $("person-problem").textContent = error.message;
      $("person-problem").hidden = false;
    });
  });
}

document.addEventListener("DOMContentLoaded", () => {
  wire();
  wireSending();
  wireCrm();
  openStream();
});
